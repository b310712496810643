// SPDX-License-Identifier: LGPL-2.1-or-later
/* The context: where the module's files are, and what the module supports. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

int mockvfio_new(const char *root, struct mockvfio **mockp, struct mockvfio_error *err)
{
	struct mockvfio *mock;
	struct mv_path path;
	int ret;

	mock = calloc(1, sizeof(*mock));
	if (!mock)
		return mv_error(err, ENOMEM, NULL, "out of memory");
	if (!root)
		root = "";
	if ((size_t)snprintf(mock->root, sizeof(mock->root), "%s", root) >= sizeof(mock->root)) {
		ret = mv_error(err, ENAMETOOLONG, NULL, "the root directory's path is too long");
		goto err_free;
	}

	ret = mv_path(&path, mock, err, MV_CONFIGFS);
	if (ret)
		goto err_free;
	if (access(path.s, F_OK)) {
		ret = mv_error(err, errno, path.s,
			       "%s: %s: is module mock_vfio loaded and configfs mounted?", path.s,
			       strerror(errno));
		goto err_free;
	}
	*mockp = mock;
	return 0;

err_free:
	free(mock);
	return ret;
}

void mockvfio_free(struct mockvfio *mock)
{
	free(mock);
}

int mockvfio_has_feature(struct mockvfio *mock, const char *feature, struct mockvfio_error *err)
{
	char text[MOCKVFIO_VALUE_MAX];
	char *word, *rest = text;
	struct mv_path path;
	int ret;

	ret = mv_path(&path, mock, err, MV_CONFIGFS "/features");
	if (ret)
		return ret;
	ret = mv_read(path.s, text, sizeof(text), err);
	if (ret < 0)
		return ret;
	while ((word = strsep(&rest, "\n")))
		if (!strcmp(word, feature))
			return 1;
	return 0;
}
