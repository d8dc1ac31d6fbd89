/** Folders as people have them: each is read as its owner means it, whatever it comes in. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, packed, pictures, under } from "./fixtures.mjs";
import { BLUE, classes, history, open, RED, SETTINGS, shown, TIMEOUT } from "./folder-page.mjs";

test("stray files, names of parts and deeper folders are understood", TIMEOUT, async (t) => {
  const tab = await open(t, "layouts");
  const [cover] = Object.values(pictures(1, RED));
  const layouts = {
    "stray files above the class folders": [
      { "cover.jpg": cover, README: "read me", "archive/cover.png": cover, "archive/.DS_Store": "x", ...under("archive/pets", classes()) },
      ["cat 4 – –", "dog 4 – –"],
    ],
    "deeper folders": [
      { ...under("x/cat/kaggle", pictures(2, RED)), ...under("x/dog/a/b", pictures(2, BLUE)), "x/cat/9.png": cover },
      ["cat 3 – –", "dog 2 – –"],
    ],
    "training_set and test_set": [
      { ...under("x/training_set", classes(4)), ...under("x/test_set", classes(2)) },
      ["cat 4 – 2", "dog 4 – 2"],
    ],
    "parts in folders of their own names": [
      { ...under("seg_train/seg_train", classes(4)), ...under("seg_test/seg_test", classes(2)), "seg_pred/seg_pred/1.png": cover },
      ["cat 4 – 2", "dog 4 – 2"],
    ],
    "a test folder beside the classes": [{ ...classes(4), ...under("test", classes(1)) }, ["cat 4 – 1", "dog 4 – 1"]],
  };
  for (const [what, [files, expected]] of Object.entries(layouts)) {
    await t.test(what, async () => {
      await tab.pick(folder(t, files));
      assert.deepEqual(await shown(tab), expected);
    });
  }
});

test("a folder and zip archives of it, in any order and of any program, are the same pictures", TIMEOUT, async (t) => {
  const tab = await open(t, "sources");
  const files = under("pets", classes(6));
  const entries = Object.entries(files);
  const odd = (wanted) => Object.fromEntries(entries.filter((_, i) => (i % 2 === 1) === wanted));
  const disk = folder(t, files, "any name");
  const archives = folder(t, {
    "pets.zip": packed(files),
    "reversed.zip": packed(Object.fromEntries(entries.toReversed())),
    "windows.zip": packed(files, "\\"),
    "pets-001.zip": packed(odd(true)),
    "pets-002.zip": packed(odd(false)),
  });
  await tab.drop(disk);
  await tab.reach(["ready"]);
  assert.deepEqual(await shown(tab), ["cat 6 – –", "dog 6 – –"]);
  const expected = await history(tab);
  for (const names of [["pets.zip"], ["reversed.zip"], ["windows.zip"], ["pets-001.zip", "pets-002.zip"]]) {
    await t.test(names.join(" and "), async () => {
      await tab.pick(names.map((name) => join(archives, name)), "#zip-input");
      assert.deepEqual(await shown(tab), ["cat 6 – –", "dog 6 – –"]);
      assert.deepEqual(await history(tab), expected, "the pixels, their order and the split");
    });
  }
});

test("a run goes on with the same files from another source", TIMEOUT, async (t) => {
  const tab = await open(t, "resume");
  const files = under("pets", classes(6));
  const disk = folder(t, files);
  const archives = folder(t, { "reversed.zip": packed(Object.fromEntries(Object.entries(files).toReversed())) });
  await tab.pick(disk);
  await tab.set({ ...SETTINGS, epochs: 60 });
  await tab.fit();
  const whole = await tab.exactHistory();
  await tab.start(2);
  await tab.reload();
  await tab.page.locator("#unfinished").waitFor({ state: "visible", timeout: 60_000 });
  await tab.pick(join(archives, "reversed.zip"), "#zip-input");
  await tab.page.click("#resume");
  await tab.reach(["done"], 120);
  assert.equal(await tab.text("#error"), "");
  assert.deepEqual(await tab.exactHistory(), whole);
});

test("each class or part in an archive of its own", TIMEOUT, async (t) => {
  const tab = await open(t, "one zip each");
  const archives = folder(t, {
    "cat.zip": packed(pictures(4, RED)),
    "dog.zip": packed(pictures(3, BLUE)),
    "train.zip": packed(classes(4)),
    "test.zip": packed(classes(2)),
  });
  await tab.drop(join(archives, "cat.zip"), join(archives, "dog.zip"));
  await tab.reach(["ready"]);
  assert.deepEqual(await shown(tab), ["cat 4 – –", "dog 3 – –"]);
  await tab.pick([join(archives, "train.zip"), join(archives, "test.zip")], "#zip-input");
  assert.deepEqual(await shown(tab), ["cat 4 – 2", "dog 4 – 2"]);
});
