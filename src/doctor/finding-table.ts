/** `advice` is not wrong. */
export type Severity = 'error' | 'warning' | 'advice';

interface Row {
  readonly severity: Severity;
  /** One line; where the cause is seen more exactly, that is said in its place. */
  readonly remedy: string;
}

/** What can be found, causes before what they cause: in this order it is told. */
export const findingTable = {
  'config.invalid': {
    severity: 'error',
    remedy: 'Mend it in the configuration; `sim2mqtt config check` lists every fault.',
  },
  'data.unwritable': {
    severity: 'error',
    remedy: 'Let this user write to the data folder, or choose another one with --data.',
  },
  'disk.full': {
    severity: 'error',
    remedy: 'Free disk space: messages stay on the SIMs until then, and those fill up.',
  },
  'data.damaged': { severity: 'error', remedy: 'Restore a backup: sim2mqtt restore FILE.' },
  'backup.old': {
    severity: 'warning',
    remedy: 'Look into the log for why the nightly backup fails; make one by hand meanwhile: sim2mqtt backup FILE.',
  },
  'secrets.key_missing': {
    severity: 'error',
    remedy: 'Bring secret.key back from a backup of the data folder; without it every webhook needs a new secret.',
  },
  'daemon.second': { severity: 'error', remedy: 'Stop one of them, or give it a data folder of its own with --data.' },
  'daemon.other_config': { severity: 'warning', remedy: 'Restart the daemon with this configuration.' },
  'daemon.mute': { severity: 'error', remedy: 'Restart the daemon.' },
  'clock.wrong': { severity: 'error', remedy: 'Set the clock: sudo timedatectl set-ntp true.' },
  'config.port_shared': { severity: 'error', remedy: 'Take one of the two entries out of modems.' },
  'port.thief': {
    severity: 'error',
    remedy:
      'Keep it away from the modem: sudo systemctl disable --now ModemManager, or a udev rule with ID_MM_DEVICE_IGNORE=1.',
  },
  'usb.no_driver': { severity: 'error', remedy: 'Update the kernel.' },
  'usb.network_only': { severity: 'error', remedy: 'Use a stick that comes up with serial ports.' },
  'usb.not_switched': { severity: 'error', remedy: 'Install usb-modeswitch, then plug it in again.' },
  'usb.left_alone': { severity: 'advice', remedy: 'It is no modem that can be used.' },
  'port.permission': { severity: 'error', remedy: 'Add the user to the group of the port, then log in again.' },
  'port.in_use': { severity: 'error', remedy: 'Stop the program that uses the port.' },
  'port.wrong_interface': { severity: 'error', remedy: 'Put the port that answers into the configuration.' },
  'port.baud': { severity: 'error', remedy: 'Set baud of the modem to the rate at which it answers.' },
  'port.hangs': { severity: 'error', remedy: 'Unplug the modem and plug it in again: its driver hangs.' },
  'port.missing': {
    severity: 'error',
    remedy: 'Check that the modem is plugged in; `sim2mqtt ports` lists what is there.',
  },
  'port.mute': {
    severity: 'error',
    remedy: 'Unplug the modem and plug it in again; if it stays so, give it a powered hub or another cable.',
  },
  'port.unstable': { severity: 'advice', remedy: 'Use the link under /dev/serial/by-path, or imei:…' },
  'power.low': {
    severity: 'error',
    remedy: 'Give the modem more power: a powered hub, a shorter cable or a supply of its own.',
  },
  'modem.no_sms': { severity: 'error', remedy: 'This module carries data only: use one that can do SMS.' },
  'sim.absent': { severity: 'error', remedy: 'Insert a SIM, contacts first, and restart the modem.' },
  'sim.puk_required': {
    severity: 'error',
    remedy: 'Put the SIM into a phone and enter the PUK; it is never typed from here.',
  },
  'sim.pin_wrong': {
    severity: 'error',
    remedy:
      'Set the right PIN in pin_file and restart the gateway: a changed PIN is a new try where the modem tells of two left (entered once in a phone, it gives them back), the same one is never typed again. Else switch the PIN off in a phone.',
  },
  'sim.pin_required': { severity: 'error', remedy: 'Set pin_file for this modem, or switch the PIN off in a phone.' },
  'sim.network_locked': {
    severity: 'error',
    remedy: 'Use a SIM of the operator that the modem is locked to, or have it unlocked.',
  },
  'sim.busy': {
    severity: 'error',
    remedy: 'Ask again in a minute; if it stays so, restart the modem, then try another SIM.',
  },
  'sim.failed': { severity: 'error', remedy: 'Clean the contacts of the SIM, seat it again, or try another SIM.' },
  'network.denied': {
    severity: 'error',
    remedy: 'Ask the operator: the SIM is barred, has no plan, or the network of this modem (2G, 3G) is switched off.',
  },
  'network.emergency_only': {
    severity: 'error',
    remedy: 'Ask the operator whether the SIM is active and may be used here (roaming).',
  },
  'network.not_found': {
    severity: 'error',
    remedy:
      'Check that the plan is active and allows roaming here; modems for 2G and 3G die with those networks. Registering takes up to 3 minutes.',
  },
  'network.no_coverage': {
    severity: 'error',
    remedy: 'Connect the antenna, or move it to a window; registering takes up to 3 minutes.',
  },
  'sms.no_service_centre': {
    severity: 'error',
    remedy: 'Set `smsc` of this modem to the service centre number of its operator, as in "+12063130004".',
  },
  'storage.full': { severity: 'error', remedy: 'Delete messages in a phone: a full storage receives nothing.' },
  'number.missing': {
    severity: 'error',
    remedy: 'Set number for this modem: the SIM does not tell it, and a line without is not offered.',
  },
  'modem.trouble': { severity: 'error', remedy: 'Look into the log of the daemon.' },
  'broker.down': { severity: 'error', remedy: 'Start the broker, and check host and port in mqtt.url.' },
  'broker.tls': {
    severity: 'error',
    remedy:
      'Check mqtt.url (mqtts:// wants the TLS port, often 8883, and the name in the certificate) and mqtt.ca_file (who signed it).',
  },
  'broker.taken_over': {
    severity: 'error',
    remedy: 'Give each gateway a name of its own (gateway: …), then restart this one.',
  },
  'broker.topics': {
    severity: 'error',
    remedy:
      'Let this gateway read and write its own topics at the broker: its access list (acl_file) keeps it from them.',
  },
  'broker.refused': { severity: 'error', remedy: 'Check mqtt.username and mqtt.password_file.' },
  'config.no_modems': { severity: 'advice', remedy: 'Add one under modems; `sim2mqtt ports` lists what is there.' },
} as const satisfies Readonly<Record<string, Row>>;
