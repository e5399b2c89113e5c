/** Which module is behind a configured path. */
export const sql = `
-- The module that was ready last under a configured address, and the USB ids (vendor:product) of its device: nodes are numbered anew
-- at every boot, and two devices with one serial number share a link.
CREATE TABLE residents (
  modem TEXT PRIMARY KEY,
  address TEXT NOT NULL,
  imei TEXT NOT NULL,
  usb_ids TEXT
) STRICT, WITHOUT ROWID;
`;
