// Our .proto files against the descriptors inside the published @livekit/protocol package: every message,
// field, number, type and enum value that we declare must be there and mean the same.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FieldDescriptorProto_Label, FieldDescriptorProto_Type as Type, FileDescriptorSet } from '@bufbuild/protobuf';
import * as published from '@livekit/protocol';

const protoFolder = new URL('../../backend/signaling/livekit/proto/', import.meta.url).pathname;

function ourFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'visavis-proto-'));
  try {
    const out = join(folder, 'set.bin');
    execFileSync('protoc', [`--proto_path=${protoFolder}`, `--descriptor_set_out=${out}`, '--include_imports',
      'livekit_models.proto', 'livekit_rtc.proto', 'livekit_room.proto', 'livekit_webhook.proto']);
    return FileDescriptorSet.fromBinary(readFileSync(out)).file;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every type reachable from what the package exports, by full name. */
function publishedTypes() {
  const types = new Map();
  const visit = (type) => {
    if (!type?.typeName || types.has(type.typeName)) return;
    types.set(type.typeName, type);
    if (!type.fields) return;
    for (const field of type.fields.list()) {
      if (field.kind === 'map') visit(field.V.T);
      else if (field.kind !== 'scalar') visit(field.T);
    }
  };
  for (const value of Object.values(published)) if (typeof value === 'function' && value.fields) visit(value);
  return types;
}

const theirs = publishedTypes();

function checkField(field, message, ours) {
  const where = `${message}.${field.name}`;
  const match = ours.fields.find(field.number);
  assert.ok(match, `${where}: number ${field.number} is unknown upstream`);
  assert.equal(match.name, field.name, `${where}: number ${field.number}`);
  const isMap = match.kind === 'map';
  assert.equal(match.repeated || isMap, field.label === FieldDescriptorProto_Label.REPEATED, `${where}: repeated`);
  if (isMap) return;
  if (match.kind === 'scalar') assert.equal(match.T, field.type, `${where}: type`);
  else {
    assert.equal(field.type, match.kind === 'enum' ? Type.ENUM : Type.MESSAGE, `${where}: kind`);
    assert.equal(`.${match.T.typeName}`, field.typeName, `${where}: type name`);
  }
  if (match.kind === 'scalar') assert.equal(Boolean(match.opt), Boolean(field.proto3Optional), `${where}: optional`);
}

function checkEnum(descriptor, name) {
  const match = theirs.get(name);
  if (!match) return 0; // an enum no published message uses
  for (const value of descriptor.value) {
    assert.equal(match.findNumber(value.number)?.name, value.name, `${name} ${value.number}`);
  }
  return 1;
}

function checkMessage(descriptor, name) {
  if (descriptor.options?.mapEntry) return 0;
  const match = theirs.get(name);
  assert.ok(match, `${name} is unknown upstream`);
  for (const field of descriptor.field) checkField(field, name, match);
  let checked = 1;
  for (const nested of descriptor.nestedType) checked += checkMessage(nested, `${name}.${nested.name}`);
  for (const nested of descriptor.enumType) checked += checkEnum(nested, `${name}.${nested.name}`);
  return checked;
}

test('every message, field number and type of ours is the published one', () => {
  let checked = 0;
  for (const file of ourFiles()) {
    for (const message of file.messageType) checked += checkMessage(message, `livekit.${message.name}`);
    for (const item of file.enumType) checked += checkEnum(item, `livekit.${item.name}`);
  }
  assert.ok(checked > 80, `only ${checked} types were compared`);
});
