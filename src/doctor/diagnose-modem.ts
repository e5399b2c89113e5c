import type { Process } from '../modem/discovery/port-holders.ts';
import type { Examination } from '../modem/examination.ts';
import { type Finding, type FindingCode, finding } from './finding.ts';
import type { ModemFacts } from './modem-facts.ts';

/** Below this a module fails when it sends: it then draws two amperes. */
const lowSupply = 3_500;
const nearlyFull = 0.9;
const thieves: readonly string[] = ['ModemManager', 'brltty'];

/** What is wrong with one modem. */
export function diagnoseModem(facts: ModemFacts): Finding[] {
  const { examination } = facts;
  return [
    ...problemFindings(facts),
    ...powerFindings(facts),
    ...(examination === null ? [] : stateFindings(facts, examination)),
    ...addressFindings(facts),
  ];
}

export function thiefFinding(process: Process, subject: string): Finding {
  const message = `${process.name} (process ${process.pid}) has its port`;
  if (process.name !== 'brltty') return finding('port.thief', subject, message);
  return finding('port.thief', subject, message, {
    remedy: 'Remove it (sudo apt remove brltty), then plug the modem in again.',
  });
}

export function isThief({ name }: Process): boolean {
  return thieves.includes(name);
}

const direct: Readonly<Record<string, FindingCode>> = {
  'port.missing': 'port.missing',
  'port.failed': 'port.hangs',
  'modem.no_sms': 'modem.no_sms',
  'sim.absent': 'sim.absent',
  'sim.pin_required': 'sim.pin_required',
  'sim.pin_wrong': 'sim.pin_wrong',
  'sim.puk_required': 'sim.puk_required',
  'sim.failed': 'sim.failed',
};

function problemFindings(facts: ModemFacts): Finding[] {
  const { problem, process, sibling } = facts;
  const subject = subjectOf(facts);
  if (problem === null) return [];
  const code = direct[problem.code];
  const isTaken = problem.code === 'port.busy' || problem.code === 'at.timeout';
  if (isTaken && process !== null) {
    const message = `${process.name} (process ${process.pid}) has its port ${facts.path ?? facts.address}`;
    const remedy = `Stop ${process.name}, or keep it away from this port.`;
    return [isThief(process) ? thiefFinding(process, subject) : finding('port.in_use', subject, message, { remedy })];
  }
  if (problem.code === 'port.permission') return [permissionFinding(facts)];
  if (problem.code === 'port.busy') return [finding('port.in_use', subject, problem.message)];
  if (problem.code === 'at.timeout' && sibling !== null) {
    const message = `nothing answers at ${facts.path ?? facts.address}, but a modem does at ${sibling}, a port of the same device`;
    return [finding('port.wrong_interface', subject, message, { remedy: `Set port: ${sibling}` })];
  }
  if (problem.code === 'at.timeout') return [finding('port.mute', subject, `nothing answers at ${facts.path}`)];
  return [finding(code ?? 'modem.trouble', subject, problem.message)];
}

function permissionFinding(facts: ModemFacts): Finding {
  const group = facts.group ?? 'dialout';
  const message = `this user may not open ${facts.path ?? facts.address}, which belongs to the group ${group}`;
  const remedy = `sudo usermod -aG ${group} $USER, then log in again (a service: restart it).`;
  return finding('port.permission', subjectOf(facts), message, { remedy });
}

function powerFindings({ examination, saysLowPower, ...facts }: ModemFacts): Finding[] {
  const supply = examination?.supply ?? null;
  if (supply !== null && supply < lowSupply) {
    return [finding('power.low', subjectOf(facts), `its supply is ${(supply / 1000).toFixed(2)} V`)];
  }
  return saysLowPower ? [finding('power.low', subjectOf(facts), 'it says that its supply is too low')] : [];
}

function stateFindings(facts: ModemFacts, examination: Examination): Finding[] {
  const subject = subjectOf(facts);
  const { sim, pinTries } = examination;
  const tries = pinTries === null ? '' : `; ${pinTries} tries are left`;
  switch (sim) {
    case 'absent':
      return [finding('sim.absent', subject, 'no SIM is inserted')];
    case 'puk_required':
      return [finding('sim.puk_required', subject, 'the SIM is blocked and wants its PUK')];
    case 'pin_wrong':
      return [finding('sim.pin_wrong', subject, 'the SIM did not accept the PIN')];
    case 'pin_required':
      if (facts.isPinWrong) {
        return [
          finding('sim.pin_wrong', subject, `the configured PIN was tried on this SIM and did not open it${tries}`),
        ];
      }
      return facts.hasPin
        ? []
        : [finding('sim.pin_required', subject, `the SIM wants its PIN, and none is configured${tries}`)];
    case 'failed':
      return [finding('sim.failed', subject, 'the SIM fails')];
    default:
      return readyFindings(facts, examination);
  }
}

function readyFindings(facts: ModemFacts, examination: Examination): Finding[] {
  const subject = subjectOf(facts);
  const { pduMode, registration, smsc, storages } = examination;
  const found: Finding[] = [];
  if (!pduMode) return [finding('modem.no_sms', subject, 'the modem refuses to handle messages')];
  if (registration === 'denied') found.push(finding('network.denied', subject, 'the network refuses this SIM'));
  else if (registration === 'emergency_only') {
    found.push(finding('network.emergency_only', subject, 'the network lets this SIM make emergency calls only'));
  } else if (registration !== 'home' && registration !== 'roaming') {
    found.push(finding('network.no_coverage', subject, 'it is on no network'));
  }
  if (smsc === null)
    found.push(finding('sms.no_service_centre', subject, 'no service centre is set: nothing can be sent'));
  for (const { name, used, total } of storages) {
    if (total > 0 && used / total >= nearlyFull) {
      found.push(finding('storage.full', subject, `its storage ${name} holds ${used} of ${total} messages`));
    }
  }
  if (facts.isOffered && facts.number === null && examination.number === null) {
    found.push(finding('number.missing', subject, 'the line is offered, and nobody knows its number'));
  }
  return found;
}

function addressFindings(facts: ModemFacts): Finding[] {
  if (!/^\/dev\/tty(?:USB|ACM)\d+$/.test(facts.address)) return [];
  return [finding('port.unstable', subjectOf(facts), `${facts.address} may be another port after the next reset`)];
}

function subjectOf({ id }: Pick<ModemFacts, 'id'>): string {
  return `modem ${id}`;
}
