//! `dumpsys display`, `SurfaceFlinger` and `input`: the one display.

/// The display's stable number.
const ID: &str = "4619827259835644672";

/// `dumpsys input`
pub(super) const INPUT: &str = "INPUT MANAGER (dumpsys input)\n\nInput Reader State (Nums of device: 1):\n  Device 1: \
virtio_input_multi_touch_1\n    Touch Input Mapper (mode - DIRECT):\n      Viewport INTERNAL: displayId=0, \
uniqueId=local:4619827259835644672, port=0, orientation=0, logicalFrame=[0, 0, 1080, 2400], physicalFrame=[0, 0, 1080, 2400], \
deviceSize=[1080, 2400], isActive=[1]\n      SurfaceWidth: 1080px\n      SurfaceHeight: 2400px\n      SurfaceOrientation: 0\n      \
InputDeviceOrientation: Rotation0\n";

pub(super) fn display(awake: bool) -> String {
    let state = if awake { "ON" } else { "OFF" };
    format!(
        "DISPLAY MANAGER (dumpsys display)\n  mGlobalDisplayState={state}\n  mViewports=[DisplayViewport{{type=INTERNAL, \
         valid=true, isActive=true, displayId=0, uniqueId='local:{ID}', physicalPort=0, orientation=0, logicalFrame=Rect(0, 0 - \
         1080, 2400), physicalFrame=Rect(0, 0 - 1080, 2400), deviceWidth=1080, deviceHeight=2400}}]\n\nLogical Displays: \
         size=1\n  Display 0:\n    mDisplayId=0\n    mBaseDisplayInfo=DisplayInfo{{\"Built-in Screen\", displayId 0, state \
         {state}, real 1080 x 2400, density 420 (420.0 x 420.0) dpi, rotation 0, type INTERNAL, uniqueId \"local:{ID}\"}}\n\n\
         Display States: size=1\n  Display Id=0\n  Display State={state}\n  mScreenState={state}\n"
    )
}

pub(super) fn surface_flinger(rest: &[&str]) -> String {
    match rest {
        ["--display-id", ..] => {
            format!("Display {ID} (HWC display 0): port=0 pnpId=GGL displayName=\"EMU_display_0\"\n")
        }
        _ => format!("Display {ID} (active) HWC layers:\n"),
    }
}

pub(super) fn get_displays() -> String {
    format!(
        "Displays:\nDisplay id 0: DisplayInfo{{\"Built-in Screen\", displayId 0, displayGroupId 0, FLAG_SECURE, real 1080 x \
         2400, rotation 0, state ON, committedState ON, type INTERNAL, uniqueId \"local:{ID}\", app 1080 x 2400, density 420 \
         (420.0 x 420.0) dpi}}, isValid=true\n"
    )
}
