"""adb-shell, straight to adbd.

adb_shell_client.py PORT FOLDER
"""

import pathlib
import sys

from adb_shell.adb_device import AdbDeviceTcp
from adb_shell.exceptions import AdbCommandFailureException, PushFailedError
from expect import expect, expect_error, expect_in

port, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
phone = AdbDeviceTcp("127.0.0.1", port, default_transport_timeout_s=60)
expect("connected", phone.connect(rsa_keys=[]), True)
expect("available", phone.available, True)

expect("shell", phone.shell("echo hi; nonsense"), "hi\n/system/bin/sh: nonsense: inaccessible or not found\n")
expect("streamed", "".join(phone.streaming_shell("echo 1; echo 2")), "1\n2\n")
expect("exec_out", phone.exec_out("echo aGkA/w0K | base64 -d", decode=False), b"hi\0\xff\r\n")
expect_in("screencap", b"\x89PNG\r\n\x1a\n", phone.exec_out("screencap -p", read_timeout_s=60, decode=False)[:8])

sent = bytes(range(256)) * 2000
(folder / "sent.bin").write_bytes(sent)
phone.push(str(folder / "sent.bin"), "/sdcard/Download/sent.bin", mtime=1700000000)
expect("stat", phone.stat("/sdcard/Download/sent.bin"), (0o100770, len(sent), 1700000000))
phone.pull("/sdcard/Download/sent.bin", str(folder / "back.bin"))
expect("the same bytes", (folder / "back.bin").read_bytes(), sent)
names = {bytes(entry.filename) for entry in phone.list("/sdcard/Download")}
expect("list", names >= {b".", b"..", b"sent.bin"}, True)
expect("stat of nothing", phone.stat("/sdcard/none"), (0, 0, 0))
expect_error(
    "pull of nothing", AdbCommandFailureException, lambda: phone.pull("/sdcard/none", str(folder / "none"))
)
expect_error("push to a folder", PushFailedError, lambda: phone.push(str(folder / "sent.bin"), "/sdcard"))

phone.shell("am start -n com.android.settings/.Settings")
phone.root()
expect("root", phone.shell("whoami"), "root\n")
phone.reboot()
expect_in("rebooted", "launcher", phone.shell("dumpsys window | grep mCurrentFocus"))
phone.close()
expect("closed", phone.available, False)
print("done")
