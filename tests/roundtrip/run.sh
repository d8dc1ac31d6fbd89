#!/usr/bin/env bash
# Exported networks, Keras code and event files in the tools they are for, and the files of other tools opened here, DICOM among
# them. What cannot run here says so in one line. With --long, only the networks of keras.applications, which tabfit opens and
# writes again.
# ROUNDTRIP_PYTHON names a Python that has the packages of requirements.txt; else they are installed below target/.
source "$(dirname "$0")/../../scripts/setup.sh"
here=tests/roundtrip
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
files=${ROUNDTRIP_DIR:-$target/roundtrip}
not_run() { echo "NOT RUN: $1"; }

install_python_packages() {
  ensure_python_packages || { not_run "onnxruntime, TensorFlow Lite, safetensors, Keras, TensorBoard: $reason"; return 1; }
}

install_node_packages() {
  command -v npm >/dev/null || { not_run "TensorFlow.js: there is no npm"; return 1; }
  [ $here/node_modules/.package-lock.json -nt $here/package-lock.json ] && return
  npm ci --silent --prefix $here >"$target/roundtrip-npm.log" 2>&1 || { not_run "TensorFlow.js: its packages cannot be installed here"; return 1; }
}

of_keras() { # Keras, or Keras 2, makes networks, and tabfit opens them.
  rm -rf "$files/of-keras"
  "$ROUNDTRIP_PYTHON" $here/keras_files.py "$files/of-keras" "$@" &&
    KERAS_FILES=$files/of-keras cargo test "${native[@]}" --quiet --test suite -- what_keras_made --nocapture
}

of_keras_and_back() { # What tabfit opened and writes again, Keras and TensorFlow Lite open.
  KERAS_FILES_BACK=$files/back of_keras "$@" && "$ROUNDTRIP_PYTHON" $here/check.py --opened "$files/back"
}

rm -rf "$files"
if [ "${1:-}" = --long ]; then
  install_python_packages || exit 0
  of_keras_and_back --long && of_keras --keras-2 --long
  exit
fi
ROUNDTRIP_DIR=$files cargo test "${native[@]}" --quiet --test suite -- exports keras_code tensorboard
failed=0
if install_node_packages; then
  node $here/tfjs.mjs "$files" || failed=1
fi
if install_python_packages; then
  "$ROUNDTRIP_PYTHON" $here/check.py "$files" || failed=1
  "$ROUNDTRIP_PYTHON" $here/foreign.py "$files" || failed=1
  ROUNDTRIP_DIR=$files cargo test "${native[@]}" --quiet --test suite -- --ignored --nocapture foreign || failed=1
  of_keras || failed=1
  of_keras --keras-2 || failed=1
  cargo build "${native[@]}" --quiet --example decode &&
    "$ROUNDTRIP_PYTHON" $here/clinic.py "$target/debug/examples/decode" "$files/clinic" || failed=1
  if [ -e $here/event_files.py ]; then
    "$ROUNDTRIP_PYTHON" $here/event_files.py "$files/tensorboard" || failed=1
  fi
fi
exit $failed
