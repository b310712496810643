// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a device of the fake machine does by itself: DMA, as an emulated device
 * makes it, through vfio_dma_rw() or through pages that it pins meanwhile.
 */
#include <errno.h>
#include <unistd.h>

#include "fake.h"

/* Through a pipe of its own, which is empty before and after; within a page at @addr. */
static int copy_page(const int pipe[2], uint64_t addr, void *data, size_t size, bool write_it)
{
	void *there = (void *)(uintptr_t)addr;
	const void *from = write_it ? data : there;
	void *to = write_it ? there : data;

	if (write(pipe[1], from, size) != (ssize_t)size)
		return -EFAULT;
	return read(pipe[0], to, size) == (ssize_t)size ? 0 : -EFAULT;
}

/*
 * Between @data and the program's memory, which need not be there: as much is
 * moved as there is in front of the first bad page. Of memory that is not there
 * write() and read() say EFAULT on any kernel; process_vm_readv() is an option.
 */
static int copy(uint64_t addr, void *data, size_t size, bool write_it)
{
	size_t part;
	int fds[2], ret;

	if (pipe(fds))
		return -errno;
	for (ret = 0; size && !ret; size -= part, addr += part, data = (char *)data + part) {
		part = min_t(size_t, size, PORT_PAGE_SIZE - addr % PORT_PAGE_SIZE);
		ret = copy_page(fds, addr, data, part, write_it);
	}
	close(fds[0]);
	close(fds[1]);
	return ret;
}

static int dma_rw(struct type1 *t, uint64_t iova, void *data, size_t size, bool write)
{
	struct type1_mapping *m;
	u64 offset, part;
	int ret;

	for (; size; size -= part, iova += part, data = (char *)data + part) {
		part = size;
		ret = type1_access(t, iova, write, &m, &offset, &part);
		if (!ret)
			ret = copy(m->vaddr + offset, data, part, write);
		if (ret)
			return ret;
		if (write)
			type1_mark_dirty(t, m, offset, part);
	}
	return 0;
}

/* A page is its address: see iommu_type1.c. */
static int dma_pinned(struct type1 *t, uint64_t iova, void *data, size_t size, bool write)
{
	const u64 base = iova & ~(PORT_PAGE_SIZE - 1);
	const int npages = (iova - base + size + PORT_PAGE_SIZE - 1) / PORT_PAGE_SIZE;
	struct page **pages = calloc(npages, sizeof(*pages));
	u64 offset = iova - base, part;
	int ret, i;

	ret = type1_pin(t, base, npages,
			write ? VFIO_DMA_MAP_FLAG_WRITE : VFIO_DMA_MAP_FLAG_READ, pages);
	for (i = 0; i < ret; i++, size -= part, data = (char *)data + part, offset = 0) {
		part = min_t(u64, size, PORT_PAGE_SIZE - offset);
		if (write)
			memcpy((char *)pages[i] + offset, data, part);
		else
			memcpy(data, (char *)pages[i] + offset, part);
	}
	if (ret > 0)
		type1_unpin(t, base, npages);
	free(pages);
	return ret < 0 ? ret : 0;
}

int fake_dma(struct fake *fake, int container, bool pinned, uint64_t iova, void *data,
	     size_t size, bool write)
{
	struct fake_container *object = fake->files[container].object;
	struct type1 *t = &object->type1;

	return pinned ? dma_pinned(t, iova, data, size, write) :
			dma_rw(t, iova, data, size, write);
}
