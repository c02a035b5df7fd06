import { expect, it } from 'vitest';
import { reachMedium } from '../../src/actions/base-medium.ts';
import { workbench } from './workbench.ts';

it('another medium than the one that the plan was made for is not built from', async () => {
  const medium = { from: '/dev/sr0', at: '/run/xenwright/media/00ff', id: '00ff' };
  const bench = (found: string | null): ReturnType<typeof workbench> => {
    const made = workbench();
    return {
      ...made,
      context: {
        ...made.context,
        media: { ...made.context.media, identify: async (path) => (path === '/dev/sr0' ? found : null) },
        exec: async () => ({ exitCode: 0, stdout: '', stderr: '', lastLines: [] }) as never,
      },
    };
  };
  expect(await reachMedium(medium, bench('00ff').context)).toEqual(medium);
  for (const found of ['ee00', null])
    await expect(reachMedium(medium, bench(found).context)).rejects.toMatchObject({ code: 'medium-changed', exit: 6 });
});
