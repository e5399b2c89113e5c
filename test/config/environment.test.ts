import { describe, expect, it } from 'vitest';
import { checkConfig, loadConfig } from '../../src/config/load.ts';

function faults(env: Record<string, string>) {
  const check = checkConfig({ env });
  return check.ok ? [] : check.faults;
}

describe('the environment', () => {
  it('sets any key, whatever the case of its letters', () => {
    const config = loadConfig({
      env: {
        SIM2MQTT__MQTT__URL: 'mqtts://broker:8883',
        SIM2MQTT__mqtt__HomeAssistant: 'false',
        SIM2MQTT__RETENTION__MESSAGES_DAYS: '30',
        sim2mqtt__log__level: 'debug',
        UNRELATED__MQTT__URL: 'x',
      },
    });
    expect(config.mqtt.url).toBe('mqtts://broker:8883');
    expect(config.mqtt.homeassistant).toBe(false);
    expect(config.retention.messages_days).toBe(30);
    expect(config.log.level).toBe('debug');
  });

  it('leaves text as it is where the schema wants text', () => {
    const config = loadConfig({
      env: {
        SIM2MQTT__MODEMS__0__ID: '007',
        SIM2MQTT__MODEMS__0__PORT: '/dev/ttyUSB2',
        SIM2MQTT__MODEMS__0__NUMBER: '+14165551234',
        SIM2MQTT__MODEMS__0__PIN: '0123',
        SIM2MQTT__MQTT__PASSWORD: '{ not: yaml',
        SIM2MQTT__MQTT__USERNAME: 'true',
      },
    });
    expect(config.modems[0]).toMatchObject({ id: '007', number: '+14165551234', pin: '0123' });
    expect(config.mqtt.password).toBe('{ not: yaml');
    expect(config.mqtt.username).toBe('true');
  });

  it('takes lists whole or item by item, ten after nine', () => {
    const ports = Object.fromEntries(
      Array.from({ length: 11 }, (_, index) => [
        `SIM2MQTT__MODEMS__${index}`,
        `{ id: m${index}, port: "/dev/${index}" }`,
      ]),
    );
    const config = loadConfig({ env: { ...ports, SIM2MQTT__ACCOUNTS__ALLOW: '[+14152055634, "+14152055635"]' } });
    expect(config.modems.map((modem) => modem.id).join()).toBe('m0,m1,m2,m3,m4,m5,m6,m7,m8,m9,m10');
    expect(config.accounts.allow).toEqual(['+14152055634', '+14152055635']);
  });

  it('sets nothing with an empty variable', () => {
    expect(loadConfig({ env: { SIM2MQTT__MQTT__URL: '' } }).mqtt.url).toBeUndefined();
  });

  it('has its faults named by the variable', () => {
    expect(
      faults({
        SIM2MQTT__MQTT__URI: 'x',
        SIM2MQTT__MQTT__PRIVACY: '{ otp: some }',
        SIM2MQTT__LOG__LEVEL__X: 'y',
        SIM2MQTT__MODEMS__4__ID: 'm4',
        SIM2MQTT__MODEMS__FIRST__ID: 'm1',
        SIM2MQTT__RETENTION__EVENTS_DAYS: '[',
      }),
    ).toEqual([
      {
        path: 'modems[4].id',
        message: 'is out of reach: a list has no gaps, and text no keys',
        variable: 'SIM2MQTT__MODEMS__4__ID',
      },
      {
        path: 'retention.events_days',
        message: 'not valid YAML: Flow sequence must end with a ]',
        variable: 'SIM2MQTT__RETENTION__EVENTS_DAYS',
      },
      expect.objectContaining({ path: 'mqtt.uri', variable: 'SIM2MQTT__MQTT__URI' }),
      {
        path: 'mqtt.privacy.otp',
        message: 'must be one of full, masked, off',
        variable: 'SIM2MQTT__MQTT__PRIVACY',
      },
      { path: 'modems', message: 'must be a list', variable: 'SIM2MQTT__MODEMS__4__ID' },
      { path: 'log.level', message: 'must be text', variable: 'SIM2MQTT__LOG__LEVEL__X' },
    ]);
  });
});
