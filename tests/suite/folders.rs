//! Folders as people have them: what is a picture of which class and part, what is refused, and what a person is told.

use tabfit::{Dataset, FolderDataset, ImageFolder, Part, Result};

use crate::portable_test;

/// Reads a folder whose pictures differ in every value, but those whose paths hold "black".
fn read(paths: &[&str]) -> Result<FolderDataset> {
    let mut folder = ImageFolder::new(paths.iter().map(ToString::to_string).collect(), 8)?;
    for index in folder.wanted() {
        let value = |at: usize| if paths[index].contains("black") { 0 } else { (at * 7 + index) as u8 };
        let rgb: Vec<u8> = (0..8 * 8 * 3).map(value).collect();
        folder.add(index, &rgb)?;
    }
    folder.finish()
}

fn refused(paths: &[&str]) -> String {
    read(paths).unwrap_err().to_string()
}

fn skipped(paths: &[&str]) -> Vec<String> {
    let list = read(paths).unwrap().skipped.list();
    list.into_iter().map(|file| format!("{} {}", file.path, file.reason)).collect()
}

/// The number of pictures of each class, in each part.
fn counts(paths: &[&str]) -> Vec<String> {
    let FolderDataset { training, validation, test, .. } = read(paths).unwrap();
    let of = |(part, pictures): (Part, &Dataset)| -> Vec<String> {
        let counts = pictures.class_names().iter().zip(pictures.counts()).filter(|(_, count)| *count > 0);
        counts.map(|(class, count)| format!("{} {class} {count}", part.name())).collect()
    };
    let parts =
        [(Part::Training, Some(&training)), (Part::Validation, validation.as_ref()), (Part::Test, test.as_ref())];
    parts.into_iter().filter_map(|(part, pictures)| Some(of((part, pictures?)))).flatten().collect()
}

#[portable_test]
async fn class_folders_alone_are_training() {
    assert_eq!(counts(&["pets/dog/1.png", "pets/cat/1.PNG", "pets/cat/2.jpeg"]), ["training cat 2", "training dog 1"]);
    assert_eq!(counts(&["cat/1.png", "dog/1.png"]), ["training cat 1", "training dog 1"]);
}

#[portable_test]
async fn pictures_are_wanted_in_the_order_of_their_paths() {
    let paths = ["x/b/2.png", "x/a/10.png", "x/a/1.png", "x/b/1.png"].map(String::from).to_vec();
    let folder = ImageFolder::new(paths, 8).unwrap();
    assert_eq!(folder.wanted(), [2, 1, 3, 0]);
    assert_eq!(folder.place(0), Some((Part::Training, 1)));
}

#[portable_test]
async fn the_root_is_found_past_stray_files() {
    let expected = ["training cat 1", "training dog 1"];
    let pets = ["a/pets/cat/1.png", "a/pets/dog/1.png"];
    for stray in
        ["cover.jpg", "a/cover.jpg", "a/pets/cover.jpg", "a/README.md", "README", "a/.DS_Store", "__MACOSX/a/._pets"]
    {
        assert_eq!(counts(&[&pets[..], &[stray]].concat()), expected, "{stray}");
    }
    assert_eq!(skipped(&["a/cover.jpg", pets[0], pets[1]]), ["a/cover.jpg lies in no class folder"]);
}

#[portable_test]
async fn pictures_deeper_in_a_class_folder_belong_to_the_class() {
    let paths = ["x/cat/kaggle/1.png", "x/cat/2.png", "x/dog/a/b/3.png"];
    assert_eq!(counts(&paths), ["training cat 2", "training dog 1"]);
    assert_eq!(skipped(&paths), [""; 0]);
    let parts = ["x/train/cat/k/1.png", "x/train/dog/2.png", "x/test/cat/deep/er/3.png"];
    assert_eq!(counts(&parts), ["training cat 1", "training dog 1", "test cat 1"]);
}

#[portable_test]
async fn parts_are_known_by_their_common_names() {
    for (training, test) in [
        ("Training", "Testing"),
        ("TRAIN", "test"),
        ("training_set", "test_set"),
        ("seg_train", "seg_test"),
        ("trainset", "Test Images"),
        ("train", "eval"),
    ] {
        let path = |part: &str, class: &str| format!("x/{part}/{class}/1.png");
        let paths = [path(training, "a"), path(training, "b"), path(test, "b")];
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        assert_eq!(counts(&paths), ["training a 1", "training b 1", "test b 1"], "{training}");
    }
    let three = ["x/train/a/1.png", "x/train/b/1.png", "x/valid/a/1.png", "x/dev/b/1.png", "x/docs/1.png"];
    assert_eq!(counts(&three), ["training a 1", "training b 1", "validation a 1", "validation b 1"]);
    assert_eq!(skipped(&three), ["x/docs/1.png lies outside the Training and Testing folders"]);
}

#[portable_test]
async fn a_part_that_lies_in_a_folder_of_its_own_name_is_found() {
    let paths = [
        "a/seg_train/seg_train/x/1.png",
        "a/seg_train/seg_train/y/1.png",
        "a/seg_test/seg_test/y/2.png",
        "a/seg_pred/seg_pred/3.png",
    ];
    assert_eq!(counts(&paths), ["training x 1", "training y 1", "test y 1"]);
    let one_class = ["a/train/x/1.png", "a/train/y/1.png", "a/test/y/deep/2.png"];
    assert_eq!(counts(&one_class), ["training x 1", "training y 1", "test y 1"]);
}

#[portable_test]
async fn the_picked_folder_may_itself_be_the_training_part() {
    assert_eq!(counts(&["Training/a/1.png", "Training/b/1.png"]), ["training a 1", "training b 1"]);
}

#[portable_test]
async fn a_class_may_be_called_like_a_part() {
    assert_eq!(counts(&["x/test/1.png", "x/control/1.png"]), ["training control 1", "training test 1"]);
    assert_eq!(counts(&["x/train/b/1.png", "x/car/1.png"]), ["training car 1", "training train 1"]);
}

#[portable_test]
async fn test_pictures_never_become_training_pictures() {
    let beside = ["x/cat/1.png", "x/dog/1.png", "x/test/cat/2.png", "x/test/dog/2.png"];
    assert_eq!(counts(&beside), ["training cat 1", "training dog 1", "test cat 1", "test dog 1"]);
    let inside = ["x/cat/train/1.png", "x/cat/test/2.png", "x/dog/train/1.png", "x/dog/3.png"];
    assert_eq!(counts(&inside), ["training cat 1", "training dog 2", "test cat 1"]);
}

#[portable_test]
async fn what_is_not_used_is_listed_with_the_reason() {
    assert_eq!(
        skipped(&[
            "x/a/1.png",
            "x/b/1.png",
            "x/top.png",
            "x/readme.txt",
            "x/a/.DS_Store",
            "x/a/scan.psd",
            "x/a/",
            "x/b/more.rar"
        ]),
        [
            "x/a/.DS_Store is a hidden file",
            "x/a/scan.psd ends in .psd, which tabfit does not read; save it as JPEG or PNG",
            "x/b/more.rar is an archive; unpack it and choose its folder, or choose a .zip of the pictures alone",
            "x/readme.txt is not a picture by its name",
            "x/top.png lies in no class folder",
        ]
    );
    let other = skipped(&["x/Training/a/1.png", "x/Training/b/1.png", "x/Testing/c/1.png"]);
    assert_eq!(other, ["x/Testing/c/1.png is of class \"c\", which has no training pictures"]);
}

#[portable_test]
async fn a_folder_without_a_picture_says_the_commonest_reason_a_count_a_path_and_what_to_do() {
    assert_eq!(
        refused(&["pets/cat/1.psd", "pets/cat/2.psd", "pets/dog/1.heic", "pets/notes.txt"]),
        "2 files end in .psd and 1 in .heic, which tabfit does not read, for example pets/cat/1.psd; save them as JPEG or PNG."
    );
    assert!(refused(&["x/cat/1.nii"]).starts_with("1 file ends in .nii, which tabfit does not read"));
    assert!(
        refused(&["x/cat/IMG_1", "x/cat/IMG_2"])
            .starts_with("2 files have no ending that tells the format, for example x/cat/IMG_1;")
    );
    assert!(refused(&["pets.rar"]).starts_with("pets.rar is an archive that tabfit does not unpack; unpack it"));
    assert!(refused(&["1.jpg", "2.jpg"]).starts_with("2 pictures lie in no folder, for example 1.jpg; pick a folder"));
    assert_eq!(
        refused(&["x/train/cat.0.jpg", "x/train/dog.0.jpg", "x/test/1.jpg"]),
        "3 pictures lie in no class folder, for example x/test/1.jpg; put the pictures of each class into a folder of its name, such as test/cat."
    );
    assert!(
        refused(&["x/notes.txt", "x/b.md"])
            .starts_with("The folder holds no picture, only 2 other files, for example x/b.md; pick")
    );
    assert!(refused(&[]).starts_with("The folder holds no file; pick a folder"));
    assert!(refused(&["x/val/a/1.png", "x/test/b/1.png"]).contains("no Training folder"));
    assert!(ImageFolder::new(vec!["a/1.png".into()], 0).unwrap_err().to_string().contains("imageSize"));
}

#[portable_test]
async fn a_folder_that_teaches_nothing_is_an_error() {
    let one = refused(&["x/cat/1.png", "x/cat/2.png"]);
    assert!(one.starts_with("Only one class was found, \"cat\" with 2 pictures;"), "{one}");
    let paths = ["x/cat/1.png", "x/dog/2.png"].map(String::from).to_vec();
    let mut text = ImageFolder::new(paths, 8).unwrap();
    assert!(!text.add_encoded(0, b"hello").unwrap());
    assert_eq!(
        text.finish().unwrap_err().to_string(),
        "None of the 2 training pictures can be used, for example: x/cat/1.png is not a picture, whatever its name says; copy them again, or save them as JPEG or PNG."
    );
}

#[portable_test]
async fn pictures_that_teach_nothing_or_something_wrong_are_told_before_training() {
    let flat = read(&["x/a/black 1.png", "x/b/1.png", "x/b/black 2.png", "x/b/3.png"]).unwrap().warnings;
    assert!(
        flat.iter()
            .any(|w| w.starts_with("The picture of \"a\" is of one colour or nearly so, for example x/a/black 1.png")),
        "{flat:?}"
    );
    assert!(flat.iter().any(|w| w.starts_with("1 of the 3 pictures of \"b\" is of one colour")), "{flat:?}");
    assert!(
        flat.iter()
            .any(|w| w.starts_with("1 file lies in two classes, for example x/a/black 1.png and x/b/black 2.png")),
        "{flat:?}"
    );
    let missing = read(&["x/train/a/1.png", "x/train/b/1.png", "x/test/a/1.png", "x/test/c/1.png"]).unwrap().warnings;
    assert!(
        missing.iter().any(|w| w == "Class \"b\" has no test pictures, so the test score says nothing of it."),
        "{missing:?}"
    );
    assert!(
        missing
            .iter()
            .any(|w| w.starts_with("1 test picture is left out because the class \"c\" has no training pictures")),
        "{missing:?}"
    );
    let names = read(&["x/train/a/1.png", "x/train/b/1.png", "x/test/A/1.png", "x/test/B/1.png"]).unwrap();
    assert!(names.test.is_none());
    assert!(names.warnings.iter().any(|w| w.starts_with("None of the test pictures is used because the classes \"A\", \"B\" have no training pictures; \"A\" is written \"a\"")), "{:?}", names.warnings);
}
