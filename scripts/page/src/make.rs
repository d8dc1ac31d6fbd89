//! Makes the page of its sources and parts.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    cargo::{self, Built},
    compress::brotli,
    html,
    part::Part,
    recompiled,
    root::{dist, root, www},
    site::{Site, read, write},
    wasm::{WASM, files},
};

/// A part that is ready for the page, and what cargo did for it.
pub(crate) struct Made {
    part: Part,
    folder: PathBuf,
    built: Built,
}

/// The whole page, in `dist`.
pub(crate) fn page() -> Result<()> {
    page_of(&all()?)
}

/// The rest of the page that Trunk has put in `folder`.
pub(crate) fn rest(folder: &Path) -> Result<()> {
    let made = all()?;
    let mut site = Site::default();
    site.add_folder("", folder)?;
    add_programs(&mut site)?;
    add_parts(&mut site, &made)?;
    site.complete()?;
    site.write(folder)
}

/// The page with these parts, in `dist`.
pub(crate) fn page_of(parts: &[Made]) -> Result<()> {
    let mut site = sources()?;
    add_parts(&mut site, parts)?;
    site.complete()?;
    site.write(&dist())
}

fn all() -> Result<Vec<Made>> {
    let mut parts = Vec::new();
    for one in Part::ALL {
        let made = part(one, parts.first())?;
        parts.push(made);
    }
    Ok(parts)
}

/// `index.html`, what it names, and the programs beside it.
fn sources() -> Result<Site> {
    let www = www();
    let text = |file: &str| -> Result<String> {
        String::from_utf8(read(&www.join(file))?).with_context(|| format!("www/{file} is not UTF-8"))
    };
    let page = html::assembled(&text("index.html")?, text)?;
    let mut site = Site::default();
    site.add("index.html".to_string(), page.html.into_bytes());
    for file in page.files {
        let bytes = read(&www.join(&file))?;
        site.add(file, bytes);
    }
    for folder in page.folders {
        site.add_folder(&format!("{folder}/"), &www.join(&folder))?;
    }
    add_programs(&mut site)?;
    Ok(site)
}

/// The loader and its types, and what networks have learnt before: the page and the package share them.
pub(crate) fn add_programs(site: &mut Site) -> Result<()> {
    site.add_by_end("", &www(), &[".js", ".d.ts"])?;
    site.add_by_end("pretrained/", &root().join("pretrained"), &[".safetensors", "LICENSE", "NOTICE"])
}

fn add_parts(site: &mut Site, parts: &[Made]) -> Result<()> {
    parts.iter().try_for_each(|made| site.add_folder(&format!("{}/", made.part.folder()), &made.folder))
}

/// Compiles a part, and makes of it what a browser loads. `first` is the part that was made before.
pub(crate) fn part(part: Part, first: Option<&Made>) -> Result<Made> {
    let built = cargo::build(part)?;
    if let Some(sentence) = first.and_then(|first| recompiled::sentence(&first.built.artifacts, &built.artifacts)) {
        println!("{sentence}");
    }
    let kept = built.target.join("page").join(part.folder());
    let [input, folder, program] = ["input.wasm", "files", "program.txt"].map(|name| kept.join(name));
    let (bytes, version) = (read(&built.wasm)?, own_version()?);
    if fs::read(&program).ok().as_deref() != Some(version.as_bytes()) || fs::read(&input).ok().as_ref() != Some(&bytes)
    {
        println!("Making the {} smaller, which takes up to half a minute.", part.title());
        bind(&built.wasm, &folder).with_context(|| format!("wasm-bindgen cannot read {}", built.wasm.display()))?;
        let wasm = folder.join(WASM);
        for (name, bytes) in
            files(read(&wasm)?).with_context(|| format!("{} cannot be made smaller", wasm.display()))?
        {
            write(&folder.join(format!("{name}.br")), &brotli(&bytes)?)?;
            write(&folder.join(name), &bytes)?;
        }
        write(&input, &bytes)?;
        write(&program, version.as_bytes())?;
    }
    Ok(Made { part, folder, built })
}

/// When this program was compiled, and its size: another one may make other files of the same bytes.
fn own_version() -> Result<String> {
    let metadata = fs::metadata(env::current_exe()?)?;
    Ok(format!("{:?} {}", metadata.modified()?, metadata.len()))
}

fn bind(wasm: &Path, folder: &Path) -> Result<()> {
    if folder.is_dir() {
        fs::remove_dir_all(folder)?; // snippets of an earlier build have other names
    }
    Bindgen::new()
        .input_path(wasm)
        .out_name("tabfit")
        .omit_default_module_path(false)
        .web(true)?
        .typescript(true)
        .generate(folder)?;
    Ok(fs::remove_file(folder.join("tabfit_bg.wasm.d.ts"))?) // the types of what tabfit.js alone calls
}
