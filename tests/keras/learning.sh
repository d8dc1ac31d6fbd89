#!/usr/bin/env bash
# The tutorial's networks on the brain MRI folder at 150x150, tabfit beside Keras on the same pictures and split, three
# seeds each: tests/keras/learning.sh DATA. Takes hours on two cores; numbers that are there already are kept.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=$(realpath "$1") python=${KERAS_PYTHON:-python3} out=${LEARNING_DIR:-target/learning} size=150 epochs=10
trainer=${TRAINER:-target/release/examples/train_folder}
[ -n "${TRAINER:-}" ] || cargo build --release --example train_folder
mkdir -p "$out"
for seed in 1 2 3; do
  for network in tutorial4 tutorial3; do
    classes=() # the notebook tells three tumours apart
    [ $network = tutorial4 ] || classes=(glioma_tumor meningioma_tumor pituitary_tumor)
    name=$out/$network-$seed
    [ -e "$name" ] || "$python" tests/keras/learning.py split "$data" "$name" $seed "${classes[@]}"
    [ -e "$name-keras.json" ] || "$python" tests/keras/learning.py fit "$name" $network $size $epochs $seed "$name-keras.json" >"$name-keras.log" 2>&1
    [ -n "${KERAS_ONLY:-}" ] || [ -e "$name-tabfit.json" ] ||
      "$trainer" "$name" --model $network --size $size --epochs $epochs --seed $seed --json "$name-tabfit.json" >"$name-tabfit.log"
  done
done
"$python" - "$out" <<'PYTHON'
import json, sys
from pathlib import Path

mean = lambda values: sum(values) / len(values)
row = lambda values: f"{', '.join(f'{value:.3f}' for value in values)} | {mean(values):.3f}"
print("| network | | best validation accuracy | mean | accuracy on `Testing/` | mean |\n|---|---|---|---:|---|---:|")
for network in ["tutorial4", "tutorial3"]:
    for who in ["tabfit", "keras"]:
        runs = [json.loads(path.read_text()) for path in sorted(Path(sys.argv[1]).glob(f"{network}-?-{who}.json"))]
        if runs:
            best = row([max(run["history"]["val_accuracy"]) for run in runs])
            print(f"| `{network}` | {dict(keras='Keras 3').get(who, who)} | {best} | {row([run['test_accuracy'] for run in runs])} |")
PYTHON
