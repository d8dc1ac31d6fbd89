//! Decodes files of clinic and laboratory for other programs to compare: `decode OUT FILE...` writes the pixels of each file to
//! `OUT/0.rgb`, `OUT/1.rgb` and so on, and prints a line for each file: its width and whether its values were spread, or why it is
//! not read.

use std::error::Error;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().ok_or("usage: decode OUT FILE...")?;
    for (index, file) in arguments.enumerate() {
        match tabfit_clinic::decode(&fs::read(&file)?) {
            Ok(picture) => {
                fs::write(format!("{folder}/{index}.rgb"), &picture.rgb)?;
                println!("{} {}", picture.width, picture.spread);
            }
            Err(reason) => println!("{reason}"),
        }
    }
    Ok(())
}
