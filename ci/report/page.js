// SPDX-License-Identifier: GPL-2.0-only
//
// The filter of the table of tests, and a few keys. Without scripts the page
// has all of its content; this only hides, shows and opens parts of it.
"use strict";

(() => {
	const search = document.getElementById("search");
	if (!search)
		return;
	const boxes = [...document.querySelectorAll(".controls [type=checkbox]")];
	const groups = [...document.querySelectorAll(".group")];
	const shown = document.getElementById("shown");
	const unfold = document.getElementById("unfold");
	const atFirst = new Map(groups.map(group => [group, group.open]));

	const filter = () => {
		const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
		const results = new Set(boxes.filter(box => box.checked)
			.flatMap(box => box.dataset.results.split(" ")));
		const chosen = words.length || boxes.some(box => !box.checked);
		let count = 0;

		for (const group of groups) {
			let found = 0;

			for (const row of group.querySelectorAll("tbody tr")) {
				const fits = row.dataset.results.split(" ").some(word => results.has(word)) &&
					words.every(word => row.dataset.text.includes(word));

				row.hidden = !fits;
				found += fits;
			}
			group.hidden = !found;
			group.open = chosen ? found > 0 : atFirst.get(group);
			count += found;
		}
		shown.textContent = chosen ? `${count} shown` : "";
		document.getElementById("nothing").hidden = count > 0;
	};

	search.addEventListener("input", filter);
	for (const box of boxes)
		box.addEventListener("change", filter);
	search.form.addEventListener("submit", event => event.preventDefault());

	unfold.addEventListener("click", () => {
		const open = groups.some(group => !group.hidden && !group.open);

		for (const group of groups)
			group.open = open;
		unfold.textContent = open ? "close all" : "open all";
	});

	document.addEventListener("keydown", event => {
		const typing = event.target.matches("input[type=search]");

		if (event.ctrlKey || event.metaKey || event.altKey)
			return;
		if (event.key === "Escape" && typing) {
			search.value = "";
			filter();
			search.blur();
		} else if (event.key === "/" && !typing) {
			event.preventDefault();
			search.focus();
			search.scrollIntoView({ block: "start" });
		}
	});

	// On paper nothing can be unfolded.
	addEventListener("beforeprint", () => {
		for (const part of document.querySelectorAll(".group, .failure"))
			part.open = true;
	});

	filter();
})();
