// Three small projects that use the package as it is published: packed, and installed where nothing of ours is near.

import { execFile } from "node:child_process";
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "vite";
import webpack from "webpack";

const run = promisify(execFile);
const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const PACKAGE = folder("../..");

export type ProjectName = "node" | "vite" | "webpack";

/** Builds and packs the package, and installs it into copies of the projects. They have no other dependency. */
export class Projects {
  readonly #folder: string;

  private constructor(path: string) {
    this.#folder = path;
  }

  static async install(...names: ProjectName[]): Promise<Projects> {
    const projects = new Projects(await mkdtemp(join(tmpdir(), "bpflens-packaging-")));
    await run("npm", ["run", "build:package"], { cwd: PACKAGE });
    const destination = ["--pack-destination", projects.#folder];
    const { stdout } = await run("npm", ["pack", "--silent", ...destination], { cwd: PACKAGE });
    const tarball = projects.path("bpflens.tgz");
    await rename(projects.path(stdout.trim()), tarball);
    for (const name of names) {
      await cp(folder(name), projects.path(name), { recursive: true });
      const options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--offline"];
      await run("npm", ["install", ...options, tarball], { cwd: projects.path(name) });
    }
    return projects;
  }

  path(...names: string[]): string {
    return join(this.#folder, ...names);
  }

  /** Returns the folder of the page. */
  async buildVite(): Promise<string> {
    await build({ root: this.path("vite"), configFile: false, logLevel: "warn" });
    return this.path("vite", "dist");
  }

  /** Returns the folder of the page. */
  async buildWebpack(): Promise<string> {
    const root = this.path("webpack");
    const output = { path: join(root, "dist") };
    const compiler = webpack({
      mode: "production",
      context: root,
      entry: "./main.js",
      output,
      performance: false,
    });
    await new Promise<void>((resolve, reject) => {
      compiler.run((error, stats) => {
        if (error || stats?.hasErrors() || stats?.hasWarnings())
          reject(error ?? new Error(stats?.toString()));
        else compiler.close(() => resolve());
      });
    });
    await cp(join(root, "index.html"), join(root, "dist", "index.html"));
    return join(root, "dist");
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}
