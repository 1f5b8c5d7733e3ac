//! The `adb_client` crate, directly and through the phone's adb server.

use std::net::{SocketAddr, SocketAddrV4};

use adb_client::{ADBDeviceExt, server_device::ADBServerDevice, tcp::ADBTcpDevice};

use crate::support::{KEY, blocking, phone};

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 % 251) as u8).collect()
}

/// What every client must be able to do.
fn exercise(device: &mut dyn ADBDeviceExt, push_length: usize) {
    let mut out = Vec::new();
    device.shell_command(&"echo $((", Some(&mut out), None).unwrap();
    assert!(String::from_utf8_lossy(&out).contains("syntax error"), "{}", String::from_utf8_lossy(&out));

    let mut out = Vec::new();
    device.shell_command(&"echo hi; echo rc=$?", Some(&mut out), None).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "hi\nrc=0\n");

    let sent = bytes(push_length);
    device.push(&mut sent.as_slice(), &"/sdcard/Download/new/b.bin").unwrap();
    let mut received = Vec::new();
    device.pull(&"/sdcard/Download/new/b.bin", &mut received).unwrap();
    assert!(sent == received);

    let stat = device.stat(&"/sdcard/Download/new/b.bin").unwrap();
    assert_eq!(stat.file_size as usize, sent.len());
    assert_eq!(device.list(&"/sdcard/Download/new").unwrap().len(), 3);
}

#[tokio::test]
async fn directly() {
    let phone = phone().await;
    let address: SocketAddr = phone.adb_address();
    blocking(move || {
        let mut device = ADBTcpDevice::new_with_custom_private_key(address, KEY).unwrap();
        exercise(&mut device, 1_500_000);
    })
    .await;
}

#[tokio::test]
async fn through_the_server() {
    let phone = phone().await;
    let serial = phone.serial().to_owned();
    let Some(SocketAddr::V4(address)) = phone.server_address() else { panic!("no IPv4") };
    let address: SocketAddrV4 = address;
    blocking(move || {
        let mut device = ADBServerDevice::new(serial, Some(address));
        exercise(&mut device, 1_500_000);
    })
    .await;
}
