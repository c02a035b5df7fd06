/**
 * Needs virtual machines: a machine that is installed onto its own disk from a system that keeps nothing loses its
 * power, is started again without any state, and goes on. Then it is a finished host: left alone, and reinstalled once
 * by each token.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RECIPE } from '../../src/actions/base-store.ts';
import type { Facts } from '../../src/facts/facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { exec } from '../../src/system/process/exec.ts';
import { applianceBase, command, emptyDisk, outputOf } from './support/appliance.ts';
import { labFolder } from './support/cli.ts';
import { machinesOn } from './support/processes.ts';
import { rescueSystem } from './support/rescue.ts';
import { tinyStore } from './support/tiny-store.ts';

const MINUTE = 60_000;
const folder = labFolder('power-cut');
const XENWRIGHT = 'XENWRIGHT_BASES=/tmp/bases /mnt/node /mnt/xenwright.mjs';
const CARD = 'modprobe virtio_net && udevadm settle';
/** What the medium carries: the bases, in memory. */
const BASES = `${CARD} && for base in /bases/*/; do mkdir -p /tmp/bases/$(basename $base) && ln -s $base* /tmp/bases/$(basename $base)/; done`;

async function planOf(profile: string, facts: Facts): Promise<Plan> {
  const { profile: loaded, findings } = loadProfile(profile, 'host.yaml', []);
  if (loaded === null) throw new Error(JSON.stringify(findings));
  return buildPlan(loaded, facts);
}

it(
  'a power cut takes the medium and all that it knew, and the next start goes on from what lies on the disk',
  async () => {
    const appliance = await applianceBase();
    const disk = emptyDisk(folder, 'real', 8192);
    const probing = rescueSystem(appliance, [disk], folder);
    const facts = JSON.parse(await outputOf(probing, command(`${CARD}; ${XENWRIGHT} facts`))) as Facts;
    await probing.close();

    const own = JSON.parse(
      (await exec([process.execPath, join(import.meta.dirname, '../../dist/xenwright.mjs'), 'facts'])).stdout,
    ) as Facts;
    const profile = `
version: 1
install: { onFinish: hold }
host:
  hostname: xen1.example.org
  source: { mirror: ${JSON.stringify(own.aptSources.mirrors[0]?.uri)}, securityMirror: none }
  storage: { disks: [{ serial: real-0 }], boot: 384M, root: 2G, swap: 0, cache: 256M, reserve: 64M }
  xen: { memory: 1G, vcpus: 1 }
  admin: { user: ops, sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example"] }
domus:
  - { name: web1, type: pv, boot: direct, memory: 256M, disks: { root: { size: 1G }, swap: 0 } }
  - { name: db1, type: pv, boot: direct, memory: 256M, disks: { root: { size: 1G }, swap: 0 } }
`;
    const plan = await planOf(profile, facts);
    const base = await tinyStore(folder, { host: plan });
    for (const action of plan.actions)
      if (action.kind === 'base.build') {
        execFileSync('mkdir', ['-p', join(base.store, action.params.hash)]);
        const { hash, base: spec } = action.params;
        writeFileSync(join(base.store, hash, 'manifest.json'), JSON.stringify({ recipe: RECIPE, hash, base: spec }));
      }
    const start = async (): Promise<{
      see(script: string, onReached?: () => void): Promise<string>;
      close(): Promise<void>;
    }> => {
      const rescue = rescueSystem(base, [disk], folder);
      const see = async (script: string, onReached?: () => void): Promise<string> => {
        const lines: string[] = [];
        await rescue.run(
          { ...command(`{ ${script}\n} 2>&1 || echo "exit code $?"`), timeoutMs: 15 * MINUTE },
          {
            output: (stream, text) => {
              if (stream !== 'stdout') return;
              lines.push(text);
              if (text === 'reached') onReached?.();
            },
            progress: () => undefined,
            report: () => undefined,
          },
          new AbortController().signal,
        );
        return lines.join('\n');
      };
      await see(`${BASES} && cat >/tmp/host.yaml <<'END'\n${profile}\nEND\n`);
      return {
        see,
        close: async () => {
          await rescue.close();
        },
      };
    };
    const install = `${XENWRIGHT} install /tmp/host.yaml`;
    const look = `mkdir -p /tmp/state && cp /var/lib/xenwright/run/journal.ndjson /tmp/state/ && /mnt/node /bases/tiny-look.mjs /bases/plan-host.json /tmp/state`;
    const sameEveryTime = (text: string): string =>
      text.replaceAll(
        /^.* \.\/(xenwright\/installed\.json|var\/log\/xenwright\/.*|var\/lib\/xenwright\/journal\.ndjson)( ->.*)?$/gm,
        '',
      );
    const keep = (name: string, text: string): string => {
      writeFileSync(join(folder, `${name}.txt`), text);
      return text;
    };

    const first = await start();
    // Who hears of "finished" can rely on it: the power goes at that very moment.
    const cut = first.see(
      `${install} --ui json >/tmp/out 2>&1 & while ! grep -q '"action.finished","id":"web1/root/write"' /tmp/out; do kill -0 $! || { cat /tmp/out; echo not installed; break; }; sleep 0.1; done; grep -q '"action.finished","id":"web1/root/write"' /tmp/out && echo reached && sleep 600`,
      () => {
        for (const pid of machinesOn(disk)) process.kill(pid, 'SIGKILL');
      },
    );
    await expect(cut).rejects.toThrow(/the appliance stopped/);

    const second = await start();
    const found = JSON.parse(await second.see(`${XENWRIGHT} facts`)) as Facts;
    expect(found.disks.find(({ serial }) => serial === 'real-0')).toMatchObject({
      installMarker: null,
      begun: { planHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(keep('other', await second.see(`${install} --set host.hostname=xen2.example.org`))).toMatch(
      /the run to resume \(on [^]*install\.overwrite: any[^]*exit code 4/,
    );
    const resumed = keep('resumed', await second.see(`${install} --ui json`));
    expect(resumed).toContain('An unfinished run of this same plan');
    const events = resumed
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map(
        (line) =>
          JSON.parse(line) as {
            type: string;
            id?: string;
            seq: number;
            resumed?: boolean;
            finished?: string[];
            result?: string;
          },
      );
    const begun = events.find(({ type }) => type === 'run.started');
    expect(begun).toMatchObject({
      resumed: true,
      finished: expect.arrayContaining(['host/disk/partition', 'web1/root/write']),
    });
    expect(events.filter(({ type, id }) => type === 'action.started' && begun?.finished?.includes(id ?? ''))).toEqual(
      [],
    );
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', result: 'done' });
    const resumedHost = keep('resumed-look', await second.see(look));

    const root = plan.actions.flatMap((action) =>
      action.kind === 'base.write' && action.domain === 'dom0' ? [action.params.device] : [],
    )[0];
    // What the run leaves, and what it takes away.
    const left = keep(
      'left',
      await second.see(
        `mkdir -p /tmp/look && mount ${root} /tmp/look && find /tmp/look/var/log/xenwright /tmp/look/var/lib/xenwright -type f -printf "%m %P\\n"; tail -n1 /tmp/look/var/log/xenwright/events.ndjson; tail -n1 /tmp/look/var/lib/xenwright/journal.ndjson; umount /tmp/look; debugfs -c -R "ls /xenwright" /dev/disk/by-partlabel/xw-boot; debugfs -c -R "cat /xenwright/installed.json" /dev/disk/by-partlabel/xw-boot`,
      ),
    );
    expect(left).toMatch(/600 events\.ndjson[^]*"run\.finished","result":"done"[^]*"entry":"complete"/);
    expect(left).not.toMatch(/ run( |$)/m);
    expect(left).toMatch(/"hostname":"xen1[^]*"tokens":\[\]/);

    expect(await second.see(install)).toMatch(/is installed already.*nothing was changed/);
    const noState = 'rm -rf /var/lib/xenwright/run;';
    expect(await second.see(`${noState} ${install} --set host.hostname=xen9.example.org`)).toMatch(
      /carries a finished host \(xen1[^]*exit code 4/,
    );
    await second.close();

    // The medium again, with a token; then once more.
    const third = await start();
    expect(keep('once', await third.see(`${install} --set install.reinstall=once:a --ui json | tail -n 1`))).toContain(
      '"type":"run.finished","result":"done"',
    );
    expect(sameEveryTime(keep('reinstalled-look', await third.see(look)))).toBe(sameEveryTime(resumedHost));
    expect(await third.see(`${install} --set install.reinstall=once:a`)).toMatch(/is installed already/);
    expect(await third.see(`${noState} ${install} --set install.reinstall=once:a`)).toMatch(
      /the token a was already used for it[^]*exit code 4/,
    );
    await third.close();
  },
  60 * MINUTE,
);
