/**
 * Files of assets that the program carries as text, whatever they are: they run on other systems (or are put there),
 * and are read, linted and tested as the programs that they are. Imported with { type: 'text' }.
 */
declare module '*.sh' {
  const text: string;
  export default text;
}
declare module '*.py' {
  const text: string;
  export default text;
}
declare module '*.service' {
  const text: string;
  export default text;
}
declare module '*.cfg' {
  const text: string;
  export default text;
}
declare module '*.cjs' {
  const text: string;
  export default text;
}
/** Lists, line by line; lines that begin with `#` say what they are and how they were made. */
declare module '*.txt' {
  const text: string;
  export default text;
}
