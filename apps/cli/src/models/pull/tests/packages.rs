//! Python packages, fetched by the real pip from a directory.

use zip::write::SimpleFileOptions;

use super::*;

/// Writes a wheel as package indexes hold them.
fn make_wheel(dir: &Path, package: &str, content: &[u8]) {
    let mut wheel =
        zip::ZipWriter::new(File::create(dir.join(format!("{package}-1.0.0-py3-none-any.whl"))).unwrap());
    let info = format!("{package}-1.0.0.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n");
    for (name, bytes) in [
        (format!("{package}/data/part.bin"), content),
        (format!("{info}/METADATA"), metadata.as_bytes()),
        (
            format!("{info}/WHEEL"),
            b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        ),
        (format!("{info}/RECORD"), b""),
    ] {
        wheel.start_file(name, SimpleFileOptions::default()).unwrap();
        wheel.write_all(bytes).unwrap();
    }
    wheel.finish().unwrap();
}

fn member(package: &str) -> String {
    format!("{{ package = '{package}', version = '1.0.0', member = '{package}/data/part.bin' }}")
}

/// A bench whose pip finds packages in `bench/wheels` alone; `None` where there is no pip.
fn packages() -> Option<(Bench, PathBuf)> {
    if !std::process::Command::new("python3")
        .args(["-m", "pip", "--version"])
        .output()
        .is_ok_and(|o| o.status.success())
    {
        eprintln!("skipped: python3 has no pip here");
        return None;
    }
    let mut bench = Bench::new(&[format!("pypi = [{}, {}]", member("partone"), member("parttwo"))]);
    let wheels = bench.dir.path().join("wheels");
    fs::create_dir(&wheels).unwrap();
    bench.pip.settings =
        vec![("PIP_NO_INDEX".into(), "1".into()), ("PIP_FIND_LINKS".into(), wheels.clone().into())];
    Some((bench, wheels))
}

#[test]
fn parts_of_packages_are_joined_in_order() {
    let Some((bench, wheels)) = packages() else { return };
    make_wheel(&wheels, "partone", &content()[..40_000]);
    make_wheel(&wheels, "parttwo", &content()[40_000..]);
    bench.check_pulled();
    assert_eq!((bench.noted("part 1 of 2"), bench.noted("part 2 of 2")), (1, 1));
}

#[test]
fn a_part_that_is_here_is_not_fetched_again() {
    let Some((bench, wheels)) = packages() else { return };
    make_wheel(&wheels, "partone", &content()[..40_000]);
    bench.check_refused(
        "pip could not fetch parttwo 1.0.0: No matching distribution found for parttwo==1.0.0",
    );
    fs::remove_file(wheels.join("partone-1.0.0-py3-none-any.whl")).unwrap();
    make_wheel(&wheels, "parttwo", &content()[40_000..]);
    bench.check_pulled();
}

#[test]
fn packages_with_other_bytes_are_refused() {
    let Some((bench, wheels)) = packages() else { return };
    make_wheel(&wheels, "partone", &content()[..40_000]);
    make_wheel(&wheels, "parttwo", &content()[40_001..]);
    bench.check_refused("has another SHA-256 than the manifest");
    assert_eq!(bench.noted("fetching again"), 1);
    make_wheel(&wheels, "parttwo", &content());
    bench.check_refused("is longer than it should be");
    make_wheel(&wheels, "parttwo", &content()[40_000..]);
    bench.check_pulled();
}

#[test]
fn a_full_disk_is_one_clear_line() {
    let Some((bench, wheels)) = packages() else { return };
    make_wheel(&wheels, "partone", &content()[..40_000]);
    make_wheel(&wheels, "parttwo", &content()[40_000..]);
    fs::create_dir_all(bench.staging()).unwrap();
    // Every write to this device fails as on a full disk.
    std::os::unix::fs::symlink("/dev/full", bench.staging().join("model.gguf.0")).unwrap();
    bench.check_refused("is full: free 1 MiB and run again; what was fetched is kept");
    fs::remove_dir_all(&wheels).unwrap();
    bench.check_pulled();
}

#[test]
fn a_machine_without_python_is_told_so() {
    let Some((mut bench, _)) = packages() else { return };
    bench.pip.python = "/nowhere/python3".into();
    bench.check_refused(
        "/nowhere/python3 cannot be run (No such file or directory (os error 2)): install Python 3 with pip",
    );
}
