// Running other programs: the one place of the build that starts any.

import { spawn } from 'node:child_process';

export const kProjectFolder = new URL('../../', import.meta.url).pathname;

/**
 * @typedef {object} RunOptions
 * @property {boolean} [quiet]  Keep the output instead of showing it as it comes.
 * @property {Record<string, string>} [env]  Added to this process's environment.
 * @property {string} [folder]  Where it runs; the project's without it.
 *
 * @typedef {object} RunResult
 * @property {number} code  Exit code; 127 when the program does not exist.
 * @property {string} output  What it printed, both streams in order of arrival.
 */

/**
 * Runs a program to its end. Standard input is closed:
 * nothing here may wait for an answer.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(command, args, { quiet = false, env = {}, folder = kProjectFolder } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    /** @param {import('node:stream').Readable} from @param {NodeJS.WriteStream} to */
    const follow = (from, to) => {
      from.setEncoding('utf8');
      from.on('data', (text) => {
        output += text;
        if (!quiet) to.write(text);
      });
    };
    follow(child.stdout, process.stdout);
    follow(child.stderr, process.stderr);
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on('close', (code, signal) => {
      if (signal) output += `${command}: ended by ${signal}\n`;
      resolve({ code: code ?? 1, output });
    });
  });
}

/**
 * Like run(), for steps without which nothing can go on.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export async function mustRun(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code === 0) return output;
  if (options?.quiet || code === 127) process.stderr.write(output);
  throw new Error(`${command} ${args.join(' ')}: exit code ${code}`);
}

/** @param {number} sinceMs  A reading of performance.now(). */
export function secondsSince(sinceMs) {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}

/**
 * Ends the process with a plain message instead of a stack: what fails in a
 * build script is the world, seldom the script.
 *
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
