//! The program that goes on with a run on another machine: Python for Keras 3, which lies in `formats/handover`.

/// The files by their names. Beside them it needs `state.tabfit`, `network.keras` and `pictures.json`.
pub const FILES: [(&str, &str); 12] = [
    ("README.md", include_str!("../handover/README.md")),
    ("augment.py", include_str!("../handover/augment.py")),
    ("content.py", include_str!("../handover/content.py")),
    ("devices.py", include_str!("../handover/devices.py")),
    ("events.py", include_str!("../handover/events.py")),
    ("network.py", include_str!("../handover/network.py")),
    ("pictures.py", include_str!("../handover/pictures.py")),
    ("progress.py", include_str!("../handover/progress.py")),
    ("requirements.txt", include_str!("../handover/requirements.txt")),
    ("settings.py", include_str!("../handover/settings.py")),
    ("stream.py", include_str!("../handover/stream.py")),
    ("train.py", include_str!("../handover/train.py")),
];
