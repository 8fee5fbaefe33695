// What the server hands out is what web.gresource.xml lists: a module that is missing there works nowhere but on disk.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../../src/web');
const listed = [...readFileSync(join(root, 'web.gresource.xml'), 'utf8').matchAll(/<file[^>]*>([^<]+)<\/file>/g)].map((match) => match[1]);
const present = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
  .filter((name) => !['web.gresource.xml', 'package.json'].includes(name));

test('ResourceList_NamesEveryFileOnce', () => {
  assert.deepEqual([...listed].sort(), [...present].sort());
  assert.equal(new Set(listed).size, listed.length);
});

test('Imports_AreRelativeAndListed', () => {
  for (const name of listed.filter((file) => file.endsWith('.js'))) {
    const source = readFileSync(join(root, name), 'utf8');
    for (const [, target] of source.matchAll(/^import .*?from '([^']+)';/gms)) {
      assert.ok(target.startsWith('./'), `${name} imports ${target}`);
      assert.ok(listed.includes(join(dirname(name), target)), `${name} imports ${target}, which is not listed`);
    }
  }
});

const pages = listed.filter((name) => name.endsWith('.html'));

test('Pages_ReferOnlyToListedFiles', () => {
  assert.deepEqual(pages, ['index.html', 'recordings.html']);
  for (const html of pages.map((name) => readFileSync(join(root, name), 'utf8')))
    for (const [, target] of html.matchAll(/(?:href|src)="([^"]+)"/g)) assert.ok(listed.includes(target), target);
});

test('Pages_HaveNoInlineCodeOrStyle', () => {
  // The content security policy allows none.
  for (const html of pages.map((name) => readFileSync(join(root, name), 'utf8')))
    assert.doesNotMatch(html, / style=| on[a-z]+="|<style|<script(?![^>]* src=)/);
});
