// SPDX-License-Identifier: GPL-2.0-or-later
// What a JavaScript server typically keeps in memory: parsed JSON, strings,
// maps, closures. Grows until it is stopped.
'use strict';
const fs = require('fs');
const path = require('path');

const text = ['/etc/services', '/etc/protocols', __filename, '/etc/mime.types']
	.filter(fs.existsSync).map(f => fs.readFileSync(f, 'utf8')).join('\n') +
	Object.keys(require('module').builtinModules).join(' ') +
	JSON.stringify(process.env) + process.report.getReport().toString();
const lines = text.split('\n');
const kept = [];
let request = 0;

function handle() {
	const headers = new Map();
	const n = ++request;
	for (let i = 0; i < 24; i++) {
		const line = lines[(n * 7 + i * 13) % lines.length];
		headers.set(`${line.slice(0, 12)}-${i}`, line + n);
	}
	const body = JSON.parse(JSON.stringify({
		id: n, at: Date.now() + n, user: `user${n % 977}`, score: n / 7,
		tags: lines[n % lines.length].split(/\W+/),
		from: { host: path.join('/srv', String(n % 31)), port: n % 65536 },
	}));
	kept.push({ headers, body, reply: () => headers.size + body.score });
}

function work() {
	for (let i = 0; i < 2000; i++)
		handle();
	setImmediate(work);
}
work();
