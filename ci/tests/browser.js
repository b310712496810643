// SPDX-License-Identifier: GPL-2.0-only
//
// What ci/tests/browser.py has a real browser find out about a report. Put at
// the end of the page; leaves its findings as JSON in an element of its own.
"use strict";

(() => {
	const visible = () => [...document.querySelectorAll(".group tbody tr")]
		.filter(row => row.checkVisibility()).length;
	const all = document.querySelectorAll(".group tbody tr").length;
	const search = document.getElementById("search");
	const type = text => {
		search.value = text;
		search.dispatchEvent(new Event("input"));
	};
	const press = (key, target = document.body) =>
		target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
	const found = { all, atFirst: visible() };

	found.width = [document.documentElement.scrollWidth, innerWidth];

	press("/");
	found.slashFocuses = document.activeElement === search;
	type("CASE_7 mock_backend");
	found.twoWords = visible();
	found.shown = document.getElementById("shown").textContent;
	type("no such test");
	found.nothing = [visible(), document.getElementById("nothing").checkVisibility()];
	press("Escape", search);
	found.escaped = [search.value, visible()];

	for (const box of document.querySelectorAll(".controls [type=checkbox]"))
		if (!box.dataset.results.includes("crash"))
			box.click();
	found.onlyFailed = [visible(), document.querySelectorAll(
		'tr[data-results~="fail"], tr[data-results~="crash"], tr[data-results~="timeout"]').length];
	for (const box of document.querySelectorAll(".controls [type=checkbox]:not(:checked)"))
		box.click();

	document.getElementById("unfold").click();
	found.unfolded = visible();
	document.getElementById("unfold").click();
	found.folded = visible();
	dispatchEvent(new Event("beforeprint"));
	found.printed = visible();

	// WCAG 2: contrast of each text with what is behind it.
	const parse = color => color.match(/[\d.]+/g).map(Number);
	const luminance = color => parse(color).slice(0, 3)
		.map(part => part / 255)
		.map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
		.reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
	const behind = element => {
		for (; element; element = element.parentElement) {
			const color = getComputedStyle(element).backgroundColor;

			if (parse(color)[3] !== 0)
				return color;
		}
		return "rgb(255, 255, 255)";
	};
	const poor = new Set();

	for (const details of document.querySelectorAll("details"))
		details.open = true;
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);

	while (texts.nextNode()) {
		const element = texts.currentNode.parentElement;

		if (!texts.currentNode.data.trim() || !element.checkVisibility() || element.closest("script"))
			continue;
		const [one, other] = [getComputedStyle(element).color, behind(element)]
			.map(luminance).sort((a, b) => b - a);
		const ratio = (one + 0.05) / (other + 0.05);

		if (ratio < 4.5)
			poor.add(`${element.tagName}.${element.className} ${ratio.toFixed(1)}`);
	}
	found.poor = [...poor];
	found.dark = matchMedia("(prefers-color-scheme: dark)").matches;

	const report = document.createElement("pre");

	report.id = "findings";
	report.textContent = JSON.stringify(found);
	document.body.append(report);
})();
