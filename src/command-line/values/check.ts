/** Takes a value as it is; throws `usage` (exit 2), which names the option. */
export type Check = (text: string) => string;
