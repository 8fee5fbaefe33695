import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choicesOf, crowdOf, previewUrl } from '../../../src/web/js/layout-picker.js';
import { initialState, reduce } from '../../../src/web/js/state.js';

const layouts = [{ name: 'grid', title: 'Grid' }, { name: 'talk', title: '' }];
const person = (id, fields) => [id, { id, kind: 'participant', role: 'speaker', screen: false, ...fields }];
const stateOf = (layout, people = [person('p1'), person('p2')]) => ({ ...initialState, layouts, layout, participants: Object.fromEntries(people) });

test('Choices_AutomaticComesFirst_AndShowsTheDefault', () => {
  const choices = choicesOf(stateOf({ name: 'talk', choice: 'rule', default: 'grid' }));
  assert.deepEqual(choices.map((c) => c.name), [null, 'grid', 'talk']);
  assert.equal(choices[0].preview, 'grid');
  assert.equal(choices[0].note, 'Grid, or what its rules say');
  assert.deepEqual(choices.map((c) => c.chosen), [true, false, false]);
  assert.equal(choices[2].title, 'talk');
});

test('Choices_TheOperatorsIsMarked', () => {
  assert.deepEqual(choicesOf(stateOf({ name: 'talk', choice: 'operator', default: 'grid' })).map((c) => c.chosen), [false, false, true]);
});

test('Crowd_CountsThoseInThePicture', () => {
  assert.deepEqual(crowdOf(stateOf(null, [person('p1'), person('p2', { screen: true }), person('p3', { role: 'viewer' }), person('p4', { kind: 'viewer' })])),
    { participants: 2, screen: true });
  assert.equal(crowdOf(stateOf(null, [])).participants, 1);
  assert.equal(crowdOf(stateOf(null, Array.from({ length: 80 }, (_, i) => person(`p${i}`)))).participants, 49);
});

test('PreviewUrl_AsksForTheCrowd_AndNeverCarriesAToken', () => {
  const url = new URL(previewUrl('grid', { participants: 3, screen: true, token: 'a.b', changed: 2, base: 'https://host/path/' }));
  assert.equal(url.pathname, '/path/api/v1/layouts/grid/preview.png');
  assert.deepEqual(Object.fromEntries(url.searchParams), { participants: '3', screen: '1', size: '320x180', changed: '2' });
});

test('Layouts_AreReplacedWhenTheyChange', () => {
  const state = reduce(stateOf(null), { type: 'layouts', layouts: [{ name: 'new', title: 'New' }] });
  assert.deepEqual(state.layouts, [{ name: 'new', title: 'New' }]);
  assert.equal(state.layoutsChanged, 1);
});
