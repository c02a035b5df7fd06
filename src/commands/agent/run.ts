/** The hidden command that runs inside the appliance, started by its init. */
import { handlers } from '../../actions/table.ts';
import { runAgent } from '../../appliance/agent.ts';
import { takenBaseDisks } from '../../system/vm/base-disks.ts';
import { openPort, uptimeSeconds } from '../../system/vm/virtio-port.ts';
import { endsWithThisProcess, exec } from '../../system/process/exec.ts';
import { createLocalExecutor } from '../../system/run/local-executor.ts';
import { Mounts } from '../../system/disk/mounts.ts';

/** Works on the port until the other side closes it. */
export async function agent(options: { readonly port: string; readonly store?: string }): Promise<never> {
  endsWithThisProcess();
  const mounts = new Mounts('/run/xenwright/mnt', (argv, execOptions) => exec(argv, execOptions));
  const known: string[] = [];
  const store = options.store ?? '/bases';
  const port = await openPort(options.port);
  await runAgent({
    port,
    uptimeSeconds: await uptimeSeconds(),
    executor: (secret, timeScale) =>
      createLocalExecutor(
        {
          mounts,
          baseStore: store,
          scratch: '/tmp',
          get timeScale() {
            return timeScale();
          },
          secret: async (ref) => {
            const value = await secret(ref);
            if (value.length >= 4) known.push(value);
            return value;
          },
          redact: (text) => known.reduce((clean, value) => clean.replaceAll(value, '***'), text),
        },
        handlers,
        { flush: true },
      ),
    ...takenBaseDisks(store),
    cleanUp: async () => {
      await mounts.close();
      await exec(['sync']);
    },
  });
  port.close();
  process.exit(0);
}
