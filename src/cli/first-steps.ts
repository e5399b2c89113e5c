/** Below the help of the program: the way to the first message, and which keys lead further. */
export const firstSteps = `
The first message:
  sim2mqtt ports                          find the port of the modem
  sim2mqtt config check --config FILE     FILE: modems: [{ id: m1, port: /dev/serial/by-id/… }]
  sim2mqtt doctor --config FILE           what is wrong, and how to mend it
  sim2mqtt run --config FILE --data DIR   then, elsewhere: mosquitto_sub -t 'sim2mqtt/#' -v
  sim2mqtt token create --data DIR --name phone   to sign in to the console, http://127.0.0.1:8480/

Keys of the configuration that lead further (sim2mqtt config schema has all):
  Mosquitto, TLS    mqtt.url: mqtts://HOST:8883, mqtt.username, mqtt.password_file, mqtt.ca_file (who signed the broker)
  Home Assistant    finds every modem on the same broker; mqtt.homeassistant, mqtt.homeassistant_otp, contacts
  several gateways  one broker; gateway: a name for each, its user name there; read them all at sim2mqtt/+/modem/+/event/#
  odd modems        modems: profile, pace, direct, smsc, power_command; recovery.usb_command: [sudo, …/scripts/usb-reset]
  others in         http.public_url and http.trusted_proxies, behind a proxy with TLS; accounts.signup
  what is kept      backup.at, backup.keep, retention.messages_days, retention.events_days
`;
