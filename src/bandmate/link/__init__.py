"""Where bytes come from: Bluetooth through bleak, a replayed recording, a virtual band."""
