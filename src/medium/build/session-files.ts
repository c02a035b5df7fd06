/** The session's units, until they come from src/medium/session: a shell on every console. */
import type { LiveFile } from './live-files.ts';

const SHELL = `[Unit]
Description=Xenwright session on %I
After=multi-user.target
Conflicts=getty@%i.service serial-getty@%i.service
[Service]
Type=idle
ExecStart=-/bin/sh -c 'echo "xenwright-session ready on %I"; exec /bin/bash --login'
Restart=always
RestartSec=1
StandardInput=tty-force
StandardOutput=tty
StandardError=tty
TTYPath=/dev/%I
TTYReset=yes
WorkingDirectory=/root
Environment=HOME=/root TERM=linux
[Install]
WantedBy=multi-user.target
`;
const GENERATOR = `#!/bin/sh
# An instance per console of the kernel command line, and tty1.
want=$1/multi-user.target.wants
mkdir -p "$want"
consoles=tty1
for word in $(cat /proc/cmdline); do case $word in console=ttyS*) word=\${word#console=}; consoles="$consoles \${word%%,*}" ;; esac; done
for console in $consoles; do
  ln -sf /etc/systemd/system/xenwright-session@.service "$want/xenwright-session@$console.service"
  ln -sf /dev/null "$1/serial-getty@$console.service"
done
ln -sf /dev/null "$1/getty@tty1.service"
`;

export function sessionFiles(): LiveFile[] {
  return [
    { path: '/etc/systemd/system/xenwright-session@.service', mode: '0644', content: SHELL },
    { path: '/usr/lib/systemd/system-generators/xenwright-session', mode: '0755', content: GENERATOR },
  ];
}
