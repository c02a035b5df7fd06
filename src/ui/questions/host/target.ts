/** Where to: this machine's disks, or a disk image. Outside a boot medium the image is the default. */
import { formatMiB } from '../../../profile/sizes.ts';
import { canBeChosen } from '../../answers/disks.ts';
import { effectiveProfileOf, planned } from '../../answers/effective.ts';
import type { Plain, TargetAnswers } from '../../answers/draft.ts';
import { DEFAULT_IMAGE, targetKind } from '../../answers/target.ts';
import { option } from '../fields.ts';
import type { Context, Field, FieldId, FieldKind, Option, Screen } from '../screen.ts';

function targetField(id: FieldId, kind: FieldKind, key: keyof TargetAnswers, more: Partial<Field>): Field {
  return {
    id,
    kind,
    paths: () => [],
    read: ({ draft }) => draft.target[key],
    write: (draft, value) => {
      const { [key]: _before, ...rest } = draft.target;
      return { ...draft, target: value === undefined ? rest : { ...rest, [key]: value as never } };
    },
    fallback: () => undefined,
    ...more,
  };
}

export const target: Screen = {
  id: 'target',
  section: 'host',
  kind: 'form',
  fields: [
    targetField('target', 'rows', 'kind', {
      options: kinds,
      fallback: targetKind,
      isFilled: true,
      isNeeded: () => true,
    }),
    targetField('imageFile', 'text', 'file', {
      fallback: () => DEFAULT_IMAGE,
      isShown: (context) => targetKind(context) === 'image',
      isFilled: true,
    }),
    targetField('imageSize', 'size', 'size', {
      fallback: automaticSize,
      isShown: (context) => targetKind(context) === 'image',
    }),
  ],
};

function kinds({ environment }: Context): Option[] {
  const disks = environment.facts.disks.filter((disk) => canBeChosen(disk)).length;
  return [
    option('image', 'options.image'),
    {
      ...option('disks', 'options.disks', { count: disks }),
      ...(disks === 0 ? { refusal: { key: 'options.noDisk' } } : {}),
    },
  ];
}

/** As large as the plan needs. */
function automaticSize({ draft, environment }: Context): Plain | undefined {
  const profile = effectiveProfileOf(draft, environment);
  const sizeMiB = profile === null ? null : planned(profile);
  return sizeMiB === null ? undefined : formatMiB(sizeMiB);
}
