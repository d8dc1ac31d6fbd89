/** What the examples use of Node, whose own types are not installed. */

declare module "node:fs" {
  export function mkdtempSync(prefix: string): string;
  export function openAsBlob(path: string): Promise<Blob>;
  export function readFileSync(path: string): Uint8Array<ArrayBuffer>;
  export function readdirSync(path: string, options: { recursive: true; encoding: "utf8" }): string[];
  export function rmSync(path: string, options: { recursive: true }): void;
  export function writeFileSync(path: string, bytes: Uint8Array): void;
}

declare module "node:os" {
  export function tmpdir(): string;
}

declare module "node:path" {
  export function join(...parts: string[]): string;
}

declare const process: { argv: string[] };
