/**
 * What the live system of the medium gets besides its packages, so that a session starts on every console, and nothing
 * else does. Pure.
 */
import consolesGenerator from '../../../assets/medium/consoles-generator.sh' with { type: 'text' };
import sessionUnit from '../../../assets/medium/session.service' with { type: 'text' };
import { ASKED_FOR_SSH, SESSION_FOLDER } from './places.ts';

export interface SessionFile {
  readonly path: string;
  /** As chmod takes it. */
  readonly mode: string;
  readonly content: string;
}

/**
 * All files of the live tree that belong to the session. They need systemd, udev, kbd, and openssh-server where SSH is
 * to be had.
 */
export function sessionFiles(): readonly SessionFile[] {
  return [
    { path: '/etc/systemd/system/xenwright-session@.service', mode: '0644', content: sessionUnit },
    {
      path: '/etc/systemd/system/system-xenwright\\x2dsession.slice.d/xenwright.conf',
      mode: '0644',
      content: FIRST_AT_START,
    },
    { path: '/etc/systemd/system-generators/xenwright-consoles', mode: '0755', content: consolesGenerator },
    { path: '/etc/systemd/system/getty@tty2.service.d/xenwright.conf', mode: '0644', content: ROOT_SHELL },
    { path: '/etc/systemd/system/ssh.service.d/xenwright.conf', mode: '0644', content: ONLY_WHEN_ASKED },
    { path: '/etc/systemd/system/ssh.socket.d/xenwright.conf', mode: '0644', content: ONLY_WHEN_ASKED },
    { path: '/etc/sysctl.d/90-xenwright.conf', mode: '0644', content: QUIET_KERNEL },
    { path: '/etc/systemd/system.conf.d/xenwright.conf', mode: '0644', content: QUIET_SYSTEMD },
    {
      path: '/etc/tmpfiles.d/xenwright.conf',
      mode: '0644',
      content: `d /run/xenwright 0755 root root -\nd ${SESSION_FOLDER} 0700 root root -\n`,
    },
  ];
}

/** Until everything is started, what is on the screen comes before what is not. */
const FIRST_AT_START = '[Slice]\nStartupCPUWeight=1000\n';

/**
 * Not by a login: that would start a manager of root's services, with all its units, while the first screen is waited
 * for.
 */
const ROOT_SHELL = `[Service]
ExecStart=
ExecStart=-/bin/sh -c 'cat /etc/motd; exec /bin/bash --login'
StandardInput=tty
StandardOutput=tty
StandardError=tty
WorkingDirectory=/root
Environment=HOME=/root USER=root LOGNAME=root SHELL=/bin/bash TERM=linux
`;

const ONLY_WHEN_ASKED = `[Unit]
ConditionPathExists=${ASKED_FOR_SSH}
`;

/** Messages of drivers do not belong across the screens; they are in dmesg. */
const QUIET_KERNEL = 'kernel.printk = 3 4 1 3\n';

/** The session is on the screen while other units still start: only what fails may be told there. */
const QUIET_SYSTEMD = '[Manager]\nShowStatus=error\n';
