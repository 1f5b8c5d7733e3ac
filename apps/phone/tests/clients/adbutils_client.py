"""adbutils through the phone's own adb-server protocol, without any adb.

adbutils_client.py PORT FOLDER
"""

import pathlib
import sys
import urllib.request

import adbutils
import uiautomator2
from expect import expect, expect_error, expect_in

port, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
adb = adbutils.AdbClient("127.0.0.1", port)

# The server and its device.
expect("server version", adb.server_version(), 41)
[phone] = adb.device_list()
expect("state", phone.get_state(), "device")
expect("serial", phone.get_serialno(), phone.serial)
expect_in("features", "shell_v2", phone.get_features())
[listed] = adb.list()
expect("listed", (listed.serial, listed.state), (phone.serial, "device"))
[event] = [next(adb.track_devices())]
expect("tracked", (event.present, event.serial, event.status), (True, phone.serial, "device"))
adb.wait_for(phone.serial, timeout=5)
expect_in("connect", "already connected", adb.connect(phone.serial))
expect_error("unknown device", adbutils.AdbError, lambda: adb.device("none").shell("true"))

# Commands.
expect("shell", phone.shell("echo hi"), "hi")
expect("shell, quoted", phone.shell(["echo", "a  b", "$HOME", "it's"]), "a  b $HOME it's")
expect("shell, bytes", phone.shell("echo aGkA/w0K | base64 -d", encoding=None), b"hi\0\xff\r\n")
returned = phone.shell2("echo out; echo err >&2; exit 3", v2=True)
expect("shell2, version 2", (returned.returncode, returned.stdout, returned.stderr), (3, "out\n", "err\n"))
returned = phone.shell2("echo out; false")
expect("shell2, version 1", (returned.returncode, returned.output), (1, "out\n"))
expect("getprop", phone.getprop("ro.build.version.sdk"), "34")
expect("properties", phone.prop.name, phone.getprop("ro.product.name"))
expect_in("root", "adbd is already running as root", phone.root())
expect_in("tcpip", "TCP", phone.tcpip(5555))

# Files.
(folder / "tree" / "sub").mkdir(parents=True)
(folder / "tree" / "a.bin").write_bytes(bytes(range(256)) * 700)
(folder / "tree" / "sub" / "b.txt").write_text("b")
pushed = phone.sync.push(folder / "tree" / "a.bin", "/sdcard/Download/a.bin", check=True)
expect("pushed", pushed, 256 * 700)
expect("pushed to a folder", phone.sync.push(folder / "tree" / "sub" / "b.txt", "/sdcard/Download"), 1)
stat = phone.sync.stat("/sdcard/Download/b.txt")
expect("stat", (oct(stat.mode), stat.size), ("0o100755", 1))
expect("stat of nothing", phone.sync.exists("/sdcard/none"), False)
names = {entry.path for entry in phone.sync.list("/sdcard/Download")}
expect("list", names >= {".", "..", "a.bin", "b.txt"}, True)
expect("read", phone.sync.read_text("/sdcard/Download/b.txt"), "b")
expect("pulled", phone.sync.pull("/sdcard/Download", folder / "back"), 256 * 700 + 1)
expect("the same bytes", (folder / "back" / "a.bin").read_bytes(), (folder / "tree" / "a.bin").read_bytes())
expect_in(
    "pull of nothing",
    "No such file",
    expect_error("pull of nothing", adbutils.AdbError, lambda: phone.sync.read_bytes("/sdcard/none")),
)
phone.remove("/sdcard/Download/b.txt")
expect("removed", phone.sync.exists("/sdcard/Download/b.txt"), False)

# The screen.
expect("window size", tuple(phone.window_size()), (1080, 2400))
expect("rotation", phone.rotation(), 0)
shot = phone.screenshot(error_ok=False)
expect("screenshot", shot.size, (1080, 2400))
frame = phone.framebuffer()
expect("framebuffer", (frame.size, frame.convert("RGB").tobytes()), (shot.size, shot.tobytes()))
expect("a display by its number", phone.screenshot(display_id=0, error_ok=False).size, (1080, 2400))
expect("screen is on", phone.is_screen_on(), True)
phone.switch_screen(False)
expect("screen is off", phone.is_screen_on(), False)
phone.switch_screen(True)

# Apps.
expect_in("packages", "com.google.android.deskclock", phone.list_packages())
phone.app_start("com.android.settings")
running = phone.app_current()
expect("app in front", (running.package, running.activity), ("com.android.settings", "com.android.settings.Settings"))
expect_in("dump", 'package="com.android.settings"', phone.dump_hierarchy())
before = phone.dump_hierarchy()
phone.swipe(540, 1800, 540, 600, 0.3)
expect("a swipe scrolls", phone.dump_hierarchy() != before, True)
phone.app_stop("com.android.settings")
expect("stopped", phone.app_current().package == "com.android.settings", False)
info = phone.app_info("com.google.android.deskclock")
expect("app info", (info.package_name, info.path.endswith(".apk"), "SYSTEM" in info.flags),
       ("com.google.android.deskclock", True, True))
expect("no app info", phone.app_info("com.nowhere"), None)
phone.app_start("com.android.contacts")
phone.keyevent("HOME")
phone.open_browser("example.com")
expect("browser", phone.app_current().package, "com.android.chrome")
expect("battery", phone.battery().level, 100)
expect_in("wlan", "10.0.2.", phone.wlan_ip())
phone.switch_airplane(True)
expect("airplane mode", phone.shell("settings get global airplane_mode_on"), "1")
phone.switch_airplane(False)

# A real APK: the one that comes with uiautomator2.
apk = pathlib.Path(uiautomator2.__file__).parent / "assets" / "app-uiautomator.apk"
phone.install(apk, nolaunch=True, silent=True)
expect_in("installed", "com.github.uiautomator", phone.list_packages(["-3"]))
expect("uninstalled", phone.uninstall("com.github.uiautomator"), "Success")
expect_error("not an APK", adbutils.AdbInstallError, lambda: phone.install(__file__, nolaunch=True, silent=True))

# Ports.
conn = phone.shell("CLASSPATH=/sdcard/Download/a.bin app_process / com.wetest.uia2.Main", stream=True)
expect("it starts", conn.read(8), b"[server]")
local = phone.forward_port(9008)
expect("forwards", [(f.local, f.remote) for f in phone.forward_list()], [(f"tcp:{local}", "tcp:9008")])
expect("through a forward", urllib.request.urlopen(f"http://127.0.0.1:{local}/ping").read(), b"pong")
expect("the same forward", phone.forward_port(9008), local)
expect_in(
    "no rebinding",
    "cannot rebind",
    expect_error("no rebinding", adbutils.AdbError, lambda: phone.forward(f"tcp:{local}", "tcp:1", norebind=True)),
)
phone.forward_remove(f"tcp:{local}")
expect("no forward", phone.forward_list(), [])
expect_in(
    "remove nothing",
    f"listener 'tcp:{local}' not found",
    expect_error("remove nothing", adbutils.AdbError, lambda: phone.forward_remove(f"tcp:{local}")),
)
conn.close()
expect_error("nobody listens", adbutils.AdbError, lambda: phone.create_connection(adbutils.Network.TCP, 1))
print("done")
