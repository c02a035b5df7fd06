/**
 * What the live system of the medium gets besides its packages, so that a session starts on every console, and nothing
 * else does. Pure.
 */
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
    { path: '/etc/systemd/system/xenwright-session@.service', mode: '0644', content: SESSION_UNIT },
    {
      path: '/etc/systemd/system/system-xenwright\\x2dsession.slice.d/xenwright.conf',
      mode: '0644',
      content: FIRST_AT_START,
    },
    { path: '/etc/systemd/system-generators/xenwright-consoles', mode: '0755', content: CONSOLES_GENERATOR },
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

/** After a fault the console starts again; a port that is not there ends it for good after some tries. */
const SESSION_UNIT = `[Unit]
Description=Xenwright on %I
# At once: Node.js loads while the rest of the system starts, and the session itself waits for what it needs.
DefaultDependencies=no
Conflicts=rescue.service shutdown.target
Before=shutdown.target
ConditionPathExists=/dev/%I
StartLimitIntervalSec=120
StartLimitBurst=8

[Service]
ExecStart=/usr/bin/xenwright medium-session --console %I
WorkingDirectory=/root
Environment=HOME=/root LANG=C.UTF-8
StandardInput=tty-force
StandardOutput=tty
StandardError=tty
TTYPath=/dev/%I
TTYReset=yes
TTYVHangup=yes
Restart=always
RestartSec=3
TimeoutStopSec=20
IgnoreSIGPIPE=no
OOMScoreAdjust=-500

[Install]
WantedBy=multi-user.target
`;

/** Until everything is started, what is on the screen comes before what is not. */
const FIRST_AT_START = '[Slice]\nStartupCPUWeight=1000\n';

/** Symlinks are made at boot, since the consoles are known only then. Masks need the early folder: it goes before /etc. */
const CONSOLES_GENERATOR = `#!/bin/sh
# A session on the screen and on every console of the kernel command line, a root shell on tty2, no other logins.
normal="$1"; early="$2"
wants="$normal/multi-user.target.wants"
mkdir -p "$wants" "$normal/getty.target.wants"
start() {
  ln -sf /etc/systemd/system/xenwright-session@.service "$wants/xenwright-session@$1.service"
  ln -sf /dev/null "$early/getty@$1.service"
  ln -sf /dev/null "$early/serial-getty@$1.service"
}
start tty1
ln -sf /usr/lib/systemd/system/getty@.service "$normal/getty.target.wants/getty@tty2.service"
ln -sf /usr/lib/systemd/system/systemd-networkd.service "$wants/systemd-networkd.service"
ln -sf /dev/null "$early/systemd-networkd-wait-online.service"
for word in $(cat /proc/cmdline); do
  case "$word" in
    console=tty[0-9]*|console=tty|console=ttynull*) ;;
    console=*) name="\${word#console=}"; name="\${name%%,*}"; case "$name" in *[!A-Za-z0-9]*) ;; *) start "$name" ;; esac ;;
  esac
done
exit 0
`;

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
