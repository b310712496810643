// SPDX-License-Identifier: GPL-2.0-only
/* Writing the steps of a walk down, in the terms of raw.h: see walk.h. */
#include <inttypes.h>
#include <string.h>

#include "memory.h"
#include "walk.h"

static void print_vaddr(FILE *file, uint64_t vaddr, const unsigned char *memory)
{
	uint64_t offset = vaddr - (uintptr_t)memory;

	if (offset <= WALK_PAGES * PAGE)
		fprintf(file, "memory + 0x%" PRIx64, offset);
	else
		fprintf(file, "(void *)0x%" PRIx64, vaddr);
}

#define RANGE	"iova=%i, size=%s"
#define BITMAP	"pgsize=%p, bitmap_size=%b"

/* A letter stands for a member: see member() and print_vaddr(). */
static const char *const formats[NR_WALK_CALLS] = {
	[WALK_MAP]		= "map(" RANGE ", vaddr=%v, flags=%f, argsz=%a);",
	[WALK_UNMAP]		= "unmap(" RANGE ", flags=%f, argsz=%a);",
	[WALK_GET_INFO]		= "get_info(argsz=%a);",
	[WALK_EXTENSION]	= "check_extension(%f);",
	[WALK_LOCK_LIMIT]	= "set_rlimit_memlock(%s);",
	[WALK_MEMORY]		= "check_memory();",
	[WALK_DEVICE_READ]	= "device_read(" RANGE ", pinned=%f);",
	[WALK_DEVICE_WRITE]	= "device_write(" RANGE ", pinned=%f, byte=%x);",
	[WALK_UNMAP_BITMAP]	= "unmap(" RANGE ", flags=%f, argsz=%a, " BITMAP ");",
	[WALK_DIRTY]		= "dirty_pages(flags=%f, argsz=%a);",
	[WALK_GET_BITMAP]	= "dirty_pages(flags=%f, argsz=%a, " RANGE ", " BITMAP ");",
};

static uint64_t member(const struct walk_step *step, char letter)
{
	switch (letter) {
	case 'a':
		return step->argsz;
	case 'b':
		return step->bitmap_size;
	case 'f':
		return step->flags;
	case 'i':
		return step->iova;
	case 'p':
		return step->pgsize;
	case 's':
		return step->size;
	default:
		return step->value;
	}
}

void walk_print_step(FILE *file, const struct walk_step *step, const unsigned char *memory)
{
	const char *format;

	fputs("#   ", file);
	for (format = formats[step->call]; *format; format++) {
		if (*format != '%')
			fputc(*format, file);
		else if (*++format == 'v')
			print_vaddr(file, step->vaddr, memory);
		else
			fprintf(file, "0x%" PRIx64, member(step, *format));
	}
	fputc('\n', file);
}

static void print_number(FILE *file, const char *what, size_t index, const char *one, uint64_t a,
			 const char *other, uint64_t b)
{
	if (a != b)
		fprintf(file, "#   %s %zu: %s 0x%" PRIx64 ", %s 0x%" PRIx64 "\n", what, index, one,
			a, other, b);
}

void walk_print_difference(FILE *file, const char *one, const struct walk_result *a,
			   const char *other, const struct walk_result *b)
{
	size_t i;

	if (a->ret != b->ret)
		fprintf(file, "#   result: %s %d, %s %d\n", one, a->ret, other, b->ret);
	print_number(file, "size", 0, one, a->size, other, b->size);
	print_number(file, "sum", 0, one, a->sum, other, b->sum);
	for (i = 0; i < WALK_BITMAP_WORDS; i++)
		print_number(file, "bitmap word", i, one, a->bitmap[i], other, b->bitmap[i]);
	for (i = 0; i < WALK_INFO_BYTES; i++)
		print_number(file, "info byte", i, one, a->info[i], other, b->info[i]);
}
