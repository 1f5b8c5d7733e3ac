//! Scripts and what they print.

use std::sync::Arc;

use pocketpilot_phone::{
    Device,
    shell::{Finished, run},
};
use tempfile::TempDir;

/// A phone without sockets.
struct Bench {
    device: Arc<Device>,
    _home: TempDir,
}

impl Bench {
    fn new() -> Bench {
        let home = tempfile::tempdir().unwrap();
        Bench { device: Arc::new(Device::boot(home.path(), 1).unwrap()), _home: home }
    }

    fn run(&self, script: &str) -> (String, String, i32) {
        let Finished { out, err, status } = run(&self.device, script, b"");
        (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap(), status)
    }

    #[track_caller]
    fn out(&self, script: &str, expected: &str) {
        assert_eq!(self.run(script), (expected.to_owned(), String::new(), 0), "{script}");
    }

    #[track_caller]
    fn fails(&self, script: &str, error: &str, status: i32) {
        assert_eq!(self.run(script), (String::new(), error.to_owned(), status), "{script}");
    }
}

#[test]
fn words_are_expanded() {
    let bench = Bench::new();
    bench.out("echo a  'b  c' \"d  $X\" e\\ f", "a b  c d   e f\n");
    bench.out("X='1  2'; echo $X \"$X\" '$X' ${X} ${Y:-none}", "1 2 1  2 $X 1 2 none\n");
    bench.out("echo $(echo a; echo b) \"$(echo c; echo d)\" `echo e`", "a b c\nd e\n");
    bench.out("false; echo $?; true; echo $?", "1\n0\n");
    bench.out("X=1 env | grep ^X; echo [$X]", "X=1\n[]\n");
    bench.out("echo a#b #c", "a#b\n");
    bench.out("echo \"\" | wc -c", "1\n");
    bench.out("echo \\$X \"\\$X\" \"a\\nb\"", "$X $X a\\nb\n");
}

#[test]
fn patterns_are_expanded() {
    let bench = Bench::new();
    bench.out("cd /sdcard/Download; touch a.txt b.txt 'c d.txt'; echo *.txt", "a.txt b.txt c d.txt\n");
    bench.out(
        "echo /sdcard/Download/?.txt '*' \"*\" \\* none*",
        "/sdcard/Download/a.txt /sdcard/Download/b.txt * * * none*\n",
    );
    bench.out(
        "for f in /sdcard/Download/*; do echo \"<$f>\"; done | tail -n 1",
        "</sdcard/Download/c d.txt>\n",
    );
}

#[test]
fn commands_are_composed() {
    let bench = Bench::new();
    bench.out("true && echo a || echo b; false && echo c || echo d", "a\nd\n");
    bench.out("if [ -d /sdcard ]; then echo yes; else echo no; fi", "yes\n");
    bench.out("if false; then echo a; elif true\nthen echo b\nfi", "b\n");
    bench.out("for i in 1 2 3; do echo $i; done | grep -v 2 | tr '\\n' ,", "1,3,");
    bench.out("X=0; until [ $X = 000 ]; do X=0$X; done; echo $X", "000\n");
    bench.out("(cd /sdcard; X=1; pwd); pwd; echo [$X]", "/sdcard\n/\n[]\n");
    bench.out("{ echo a; echo b; } | wc -l", "2\n");
    bench.out("! false && echo ok", "ok\n");
    bench.out("sh -c 'echo $0; exit 3'; echo $?", "sh\n3\n");
    bench.out("echo a & echo b", "a\nb\n");
    bench.out("eval 'X=5'; echo $X; exec echo c; echo d", "5\nc\n");
    bench.fails("exit 300", "", 44);
    bench.fails("echo a | false", "", 1);
}

#[test]
fn streams_are_redirected() {
    let bench = Bench::new();
    bench.out(
        "cd /sdcard; echo a > f; echo b >> f; cat < f; nonsense 2> /dev/null; cat f 2>/dev/null 1>&2",
        "a\nb\n",
    );
    bench.out("nonsense 2>&1 | grep -c inaccessible", "1\n");
    bench.out("nonsense > /sdcard/all 2>&1; wc -l < /sdcard/all", "1\n");
    bench.out("(echo a; echo b) > /sdcard/g; cat /sdcard/g", "a\nb\n");
    bench.fails("cat < /none", "/system/bin/sh: can't open /none: No such file or directory\n", 1);
    bench.fails("echo a > /none/x", "/system/bin/sh: can't create /none/x: No such file or directory\n", 1);
}

#[test]
fn mistakes_are_told() {
    let bench = Bench::new();
    bench.fails("nonsense a b", "/system/bin/sh: nonsense: inaccessible or not found\n", 127);
    bench.fails("echo 'a", "/system/bin/sh: syntax error: unexpected end of file\n", 1);
    bench.fails("echo a )", "/system/bin/sh: syntax error: unexpected ')'\n", 1);
    bench.fails("if true; fi", "/system/bin/sh: syntax error: unexpected 'f'\n", 1);
    bench.fails(&"(".repeat(500), "/system/bin/sh: syntax error: nested too deeply\n", 1);
    bench.fails("cat /none", "cat: /none: No such file or directory\n", 1);
    bench.fails("ls -Q", "ls: Unknown option 'Q' (see \"ls --help\")\n", 1);
}

#[test]
fn recursion_has_an_end() {
    let bench = Bench::new();
    bench.device.files.write("/sdcard/r.sh", b"sh /sdcard/r.sh").unwrap();
    let (_, err, status) = bench.run("sh /sdcard/r.sh");
    assert!(err.contains("nested too deeply"), "{err}");
    assert_eq!(status, 1);
}

#[test]
fn files_are_handled() {
    let bench = Bench::new();
    bench.out(
        "mkdir -p /sdcard/x/y && echo hi > /sdcard/x/y/f && cp -a /sdcard/x /sdcard/z && cat /sdcard/z/y/f",
        "hi\n",
    );
    bench.out("mv /sdcard/z/y/f /sdcard/x/g; ls /sdcard/x", "g\ny\n");
    bench.out("find /sdcard/x -type f -name 'g' -o -type d -name y", "/sdcard/x/g\n/sdcard/x/y\n");
    bench.out("find /sdcard/x -type f -exec wc -c {} \\;", "3 /sdcard/x/g\n3 /sdcard/x/y/f\n");
    bench.out(
        "touch -t 202311282317.43 /sdcard/x/g; ls -ll -au /sdcard/x/g",
        "-rw-r--r-- 1 u0_a158 media_rw 3 2023-11-28 23:17:43.000000000 +0000 /sdcard/x/g\n",
    );
    bench.out("stat -c '%s %F %Y' /sdcard/x/g", "3 regular file 1701213463\n");
    bench.out("md5sum /sdcard/x/g; sha256sum < /sdcard/x/g", "764efa883dda1e11db47671c4a3bbd9e  /sdcard/x/g\n98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4  -\n");
    bench.out("rm -rf /sdcard/x /sdcard/none; [ -e /sdcard/x ] || echo gone", "gone\n");
    bench.fails("rm /sdcard/Download", "rm: /sdcard/Download: Is a directory\n", 1);
    bench.fails("cat ../../../../etc/passwd", "cat: ../../../../etc/passwd: No such file or directory\n", 1);
}

#[test]
fn text_is_worked_on() {
    let bench = Bench::new();
    bench.device.files.write("/sdcard/t", b"b 2\na 10\nb 2\n").unwrap();
    bench.out("sort /sdcard/t | uniq -c", "      1 a 10\n      2 b 2\n");
    bench.out("sort -k 2 -n -r /sdcard/t | head -1", "a 10\n");
    bench.out(
        "grep -n 'a\\|x' /sdcard/t; grep -c b /sdcard/t; grep -oE '[0-9]+' /sdcard/t | head -n 2",
        "2:a 10\n2\n2\n10\n",
    );
    bench.out("cut -d ' ' -f 2 /sdcard/t | tr -d '\\n'", "2102");
    bench.out(
        "sed -n 's/\\([ab]\\) \\(.*\\)/\\2=\\1/p' /sdcard/t | tail -1; sed 2d /sdcard/t | wc -l",
        "2=b\n2\n",
    );
    bench.out("echo hello | base64; echo aGVsbG8K | base64 -d", "aGVsbG8K\nhello\n");
    bench.out("printf '%s-%03d\\n' a 7 b 12", "a-007\nb-012\n");
    bench.out(
        "echo a b c | xargs -n 2 echo x; printf 'p q\\n' | xargs -I {} echo '<{}>'",
        "x a b\nx c\n<p q>\n",
    );
    bench.out("echo ABC | tr A-Z a-z", "abc\n");
}

#[test]
fn the_machine_tells_about_itself() {
    let bench = Bench::new();
    bench.out("getprop ro.build.version.sdk; getprop none; getprop none other", "34\n\nother\n");
    bench.out("setprop debug.x 1; getprop debug.x; getprop | grep debug.x", "1\n[debug.x]: [1]\n");
    bench.out("whoami; id -u; su 0 id -u; su -c 'id -un'; su root whoami", "shell\n2000\n0\nroot\nroot\n");
    bench.out("which ls; command -v nonsense || echo none", "/system/bin/ls\nnone\n");
    bench.out("/system/bin/echo hi; toybox echo hi", "hi\nhi\n");
    bench.out("ip addr show dev wlan0 | grep -o 'inet [0-9./]*'", "inet 10.0.2.16/24\n");
    bench.out("pidof system_server; ps -A | grep -c system_server", "540\n1\n");
    bench.fails("run-as com.none ls", "run-as: unknown package: com.none\n", 1);
}

#[test]
fn apps_are_processes() {
    let bench = Bench::new();
    bench.run("am start -a android.settings.SETTINGS");
    bench
        .out("ps -A -o NAME | grep settings; pgrep -f android.settings | wc -l", "com.android.settings\n1\n");
    bench.out(
        "run-as com.android.settings sh -c 'pwd; id -u' | head -n 1",
        "/data/data/com.android.settings\n",
    );
    bench.out("kill $(pidof com.android.settings)", "");
    bench.fails("pidof com.android.settings", "", 1);
    bench.fails("kill 99999", "/system/bin/sh: kill: 99999: No such process\n", 1);
}

#[test]
fn the_clock_is_the_phone_s() {
    let bench = Bench::new();
    bench.out(
        "su 0 date 101512302023.45; date; date +%s",
        "Sun Oct 15 12:30:45 UTC 2023\nSun Oct 15 12:30:45 UTC 2023\n1697373045\n",
    );
    bench.out("sleep 2; date +%T", "12:30:47\n");
    bench.fails("date 101512302023", "date: cannot set date: Operation not permitted\n", 1);
    bench.fails("date +%Q", "date: bad format '%Q'\n", 1);
}

#[test]
fn databases_are_real_and_reach_nothing_else() {
    let bench = Bench::new();
    bench.out(
        "sqlite3 /sdcard/t.db \"CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2.5), (NULL, 'x')\"",
        "",
    );
    bench.out("sqlite3 -header -separator , /sdcard/t.db 'SELECT * FROM t' .tables", "a,b\n1,2.5\n,x\nt\n");
    bench.out("sqlite3 /sdcard/t.db .schema", "CREATE TABLE t (a, b);\n");
    bench.out("printf 'SELECT a\\nFROM t LIMIT 1;\\n.quit\\nSELECT 9;' | sqlite3 /sdcard/t.db", "1\n");
    bench.fails("sqlite3 /sdcard/t.db 'SELECT * FROM n'", "Error: in prepare, no such table: n\n", 1);
    bench.fails(
        "echo 'SELECT * FROM n;' | sqlite3 /sdcard/t.db",
        "Parse error near line 1: no such table: n\n",
        1,
    );
    let (_, err, status) = bench.run("sqlite3 /sdcard/t.db \"ATTACH '/etc/passwd' AS p\"");
    assert!(err.contains("too many attached databases"), "{err}");
    assert_eq!(status, 1);
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("out.db");
    let (_, _, status) = bench.run(&format!("sqlite3 /sdcard/t.db \"VACUUM INTO '{}'\"", target.display()));
    assert_eq!((status, target.exists()), (1, false));
}
