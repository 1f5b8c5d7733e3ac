"""uiautomator2: it starts its server in the phone and drives the screen through it.

uiautomator2_client.py PORT
"""

import os
import sys

os.environ["ANDROID_ADB_SERVER_HOST"] = "127.0.0.1"
os.environ["ANDROID_ADB_SERVER_PORT"] = sys.argv[1]

import adbutils
import uiautomator2 as u2
from expect import expect, expect_error, expect_in

[phone] = adbutils.adb.device_list()
expect_error(
    "nothing listens yet", adbutils.AdbError, lambda: phone.create_connection(adbutils.Network.TCP, 9008)
)
d = u2.connect(phone.serial)
d.settings["wait_timeout"] = 2
expect("jar", phone.sync.exists("/data/local/tmp/u2.jar"), True)
info = d.info
expect("package", info["currentPackageName"], "com.google.android.apps.nexuslauncher")
expect("display", (info["displayWidth"], info["displayHeight"], info["displayRotation"]), (1080, 2400, 0))
expect("version", (info["sdkInt"], info["screenOn"]), (34, True))
expect("window size", d.window_size(), (1080, 2400))
expect("screenshot", d.screenshot().size, (1080, 2400))
expect("device info", d.device_info["sdk"], 34)

# Selectors.
d.app_start("com.android.settings", stop=True)
expect("in front", d.app_current()["package"], "com.android.settings")
expect_in("app_wait", "com.android.settings", d.app_list_running())
network = d(textContains="Network")
expect("exists", bool(network.exists), True)
expect("wait", network.wait(timeout=1), True)
expect("nowhere", bool(d(text="nowhere at all").exists), False)
expect("wait for nothing", d(text="nowhere at all").wait(timeout=60), False)
expect("gone", d(text="nowhere at all").wait_gone(timeout=1), True)
said = network.info
expect("class", said["className"], "android.widget.TextView")
expect("package of a view", said["packageName"], "com.android.settings")
texts = [view.get_text() for view in d(className="android.widget.TextView", textMatches="(?i)network.*")]
expect("by pattern", texts, [said["text"]])
count = d(className="android.widget.TextView").count
expect("count", count > 5, True)
expect("the last", d(className="android.widget.TextView")[-1].get_text() != "", True)
expect("all of them", len(d(className="android.widget.TextView").info_list()), count)
expect("child", d(scrollable=True).child(textContains="Network").get_text(), said["text"])
expect("no child", bool(d(textContains="Network").child(text=said["text"]).exists), False)
missing = expect_error("click on nothing", u2.UiObjectNotFoundError, lambda: d(text="nowhere").click(timeout=1))
expect_in("what is missing", "nowhere", missing)
expect_error("info of nothing", u2.UiObjectNotFoundError, lambda: d(text="nowhere").info)

# Scrolling and pages.
expect("scrolls", d(scrollable=True).scroll.forward(), True)
expect("to the end", d(scrollable=True).scroll.toEnd(), True)
expect("no further", d(scrollable=True).scroll.forward(), False)
expect("fling", d(scrollable=True).fling.backward(), True)
expect("back to a text", d(scrollable=True).scroll.to(textContains="Network"), True)
expect("to the beginning", d(scrollable=True).scroll.toBeginning(), True)
network.click()
page = d.dump_hierarchy()
d.press("back")
expect("a click opened a page", d.dump_hierarchy() != page, True)

# The dump and XPath, which works on it.
expect_in("dump", "<hierarchy", d.dump_hierarchy(pretty=True))
expect("depth", d.dump_hierarchy(max_depth=1).count("<node"), 1)
expect("by XPath", d.xpath('//*[contains(@text, "Network")]').get_text(), said["text"])
d.xpath('//*[contains(@text, "Network")]').click()
expect("clicked by XPath", d.dump_hierarchy(), page)
d.swipe(0.5, 0.8, 0.5, 0.3)
d.press("home")
expect("home", d.app_current()["package"], "com.google.android.apps.nexuslauncher")

# Text.
d.shell("am start -a android.intent.action.SENDTO -d smsto:5551234")
field = d(className="android.widget.EditText", focused=True)
if not field.exists:
    d(className="android.widget.EditText").click()
d(className="android.widget.EditText").set_text("grüße 日本 😀")
expect("text", d(className="android.widget.EditText").get_text(), "grüße 日本 😀")
d(className="android.widget.EditText").click()
d.send_keys("!")
expect("typed", d(focused=True).get_text(), "grüße 日本 😀!")
d(focused=True).clear_text()
expect("cleared", "grüße" in d(focused=True).get_text(), False)
d.send_keys("gone")
d.clear_text()
expect("emptied", "gone" in d(focused=True).get_text(), False)
d.clipboard = "copied"
expect("clipboard", d.clipboard, "copied")

# Keys, fingers, the display.
d.press("home")
d.press(26)
expect("off", d.info["screenOn"], False)
d.screen_on()
expect("on", d.info["screenOn"], True)
d.screen_off()
expect("off again", d.info["screenOn"], False)
d.screen_on()
d.touch.down(540, 1800).move(540, 900).up(540, 400)
d.press("home")
d.drag(540, 1800, 540, 400)
d.press("home")
d.long_click(540, 1200)
d.swipe_points([(540, 1800), (540, 1200), (540, 400)], 0.2)
d.press("home")
d.open_notification()
expect("notifications", d.info["currentPackageName"], "com.android.systemui")
d.press("back")
d.orientation = "natural"
expect("orientation", d.orientation, "natural")
expect_in("it does not turn", "does not turn", expect_error("it does not turn", u2.RPCError, lambda: setattr(d, "orientation", "left")))
d.freeze_rotation(True)
expect("frozen", d.shell("settings get system accelerometer_rotation").output, "0\n")
expect("shell", (d.shell("false").exit_code, d.shell("echo hi").output), (1, "hi\n"))
expect_in("unknown method", "not found", expect_error("unknown method", u2.RPCError, lambda: d.jsonrpc.nonsense()))

# The end.
d.stop_uiautomator()
expect_error("it has ended", adbutils.AdbError, lambda: phone.create_connection(adbutils.Network.TCP, 9008))
expect("it starts again by itself", d.info["screenOn"], True)
d.stop_uiautomator()
print("done")
