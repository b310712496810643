// SPDX-License-Identifier: GPL-2.0-only
/*
 * The user's memory behind the backend's mappings: who mapped it, the pages
 * that are pinned for it, and their account against RLIMIT_MEMLOCK.
 *
 * A mapping of model "iommu" pins all its pages at MAP, as type1 must for an
 * IOMMU that reads them at any time. One of model "emulated" holds nothing;
 * pages are pinned, and accounted, one by one when a device asks.
 *
 * All of this runs under the container's lock, outside mmap_lock. A mapping
 * keeps the mm_struct, not the address space: that lives as long as its
 * program. Where a program may end meanwhile its address space is released by
 * mmput_async(), as tearing it down closes VMAs, ours among them.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/kthread.h>

#include "backend_container.h"
#include "backend_memory.h"
#include "held.h"

#define CHUNK_PAGES \
	((PAGE_SIZE - sizeof(struct list_head) - sizeof(unsigned int)) / sizeof(struct page *))

/* A page full of pointers to pinned pages. */
struct chunk {
	struct list_head node;
	unsigned int count;
	struct page *pages[CHUNK_PAGES];
};

static unsigned int gup_flags(const struct type1_mapping *m)
{
	return FOLL_LONGTERM | (m->prot & VFIO_DMA_MAP_FLAG_WRITE ? FOLL_WRITE : 0);
}

/* As type1 has it, the zero page and reserved pages cost the user nothing. */
static bool page_is_free(struct page *page)
{
	return is_zero_pfn(page_to_pfn(page)) || PageReserved(page);
}

static int account(const struct mock_program *p, unsigned long pages)
{
	int ret;

	if (!pages)
		return 0;
	if (mmap_write_lock_killable(p->mm))
		return -EINTR;
	ret = __account_locked_vm(p->mm, pages, true, p->task, p->lock_cap);
	mmap_write_unlock(p->mm);
	return ret;
}

/* Of a program that ended there is no account left. */
static void unaccount(const struct mock_program *p, unsigned long pages)
{
	if (!pages || !mmget_not_zero(p->mm))
		return;
	mmap_write_lock(p->mm);
	__account_locked_vm(p->mm, pages, false, p->task, p->lock_cap);
	mmap_write_unlock(p->mm);
	mmput_async(p->mm);
}

/* Credentials are never changed, only replaced: what the same ones may do is known. */
static bool is_current(const struct mock_program *p)
{
	return p->mm == current->mm && p->task == current->group_leader &&
	       p->cred == current_cred();
}

static struct mock_program *new_program(void)
{
	struct mock_program *p = kzalloc(sizeof(*p), GFP_KERNEL_ACCOUNT);

	if (!p)
		return NULL;
	p->mm = current->mm;
	mmgrab(p->mm);
	p->task = get_task_struct(current->group_leader);
	p->cred = get_current_cred();
	p->lock_cap = capable(CAP_IPC_LOCK);
	return p;
}

/* One program makes most mappings, if not all: they share what they hold of it. */
static struct mock_program *get_program(struct mock_container *c)
{
	if (!c->program || !is_current(c->program)) {
		struct mock_program *p = new_program();

		if (!p)
			return NULL;
		c->program = p;
	}
	c->program->users++;
	return c->program;
}

static void put_program(struct mock_container *c, struct mock_program *p)
{
	if (--p->users)
		return;
	if (c->program == p)
		c->program = NULL;
	put_cred(p->cred);
	put_task_struct(p->task);
	mmdrop(p->mm);
	kfree(p);
}

/*
 * A page of device memory (another device's BAR, say) has no page to pin. type1
 * maps it nevertheless; all that is left to do here is to make sure that it is
 * there.
 */
static int fault_in_pfnmap(unsigned long addr, bool write)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	bool unlocked = false;
	int ret = -EFAULT;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma && vma->vm_flags & VM_PFNMAP)
		ret = fixup_user_fault(mm, addr, write ? FAULT_FLAG_WRITE : 0, &unlocked);
	mmap_read_unlock(mm);
	return ret;
}

/* Pins up to @npages pages at @addr. Returns how many were dealt with, or -errno. */
static long pin_chunk(struct mock_memory *mem, const struct type1_mapping *m, unsigned long addr,
		      unsigned long npages)
{
	struct chunk *chunk = kzalloc(sizeof(*chunk), GFP_KERNEL_ACCOUNT);
	unsigned long costs = 0;
	long ret, i;

	if (!chunk)
		return -ENOMEM;
	ret = pin_user_pages_fast(addr, min_t(unsigned long, npages, CHUNK_PAGES), gup_flags(m),
				  chunk->pages);
	if (ret <= 0) {
		kfree(chunk);
		ret = fault_in_pfnmap(addr, m->prot & VFIO_DMA_MAP_FLAG_WRITE);
		return ret ? ret : 1;
	}
	chunk->count = ret;
	list_add_tail(&chunk->node, &mem->chunks);
	mem->pinned += chunk->count;

	for (i = 0; i < chunk->count; i++)
		costs += !page_is_free(chunk->pages[i]);
	ret = account(mem->program, costs);
	if (ret)
		return ret;
	mem->accounted += costs;
	return chunk->count;
}

/* Not inline, as is pin_all(): mappings that pin nothing are not to pay for it. */
static noinline void unpin_all(struct mock_memory *mem, const struct type1_mapping *m)
{
	struct chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, &mem->chunks, node) {
		unpin_user_pages_dirty_lock(chunk->pages, chunk->count,
					    m->prot & VFIO_DMA_MAP_FLAG_WRITE);
		kfree(chunk);
		cond_resched();
	}
	unaccount(mem->program, mem->accounted);
}

static noinline int pin_all(struct mock_memory *mem, const struct type1_mapping *m)
{
	u64 done;
	long n;

	for (done = 0; done < m->size; done += (u64)n << PAGE_SHIFT) {
		if (fatal_signal_pending(current))
			return -EINTR;
		n = pin_chunk(mem, m, m->vaddr + done, (m->size - done) >> PAGE_SHIFT);
		if (n < 0)
			return n;
		cond_resched();
	}
	return 0;
}

int mock_memory_map(void *host, struct type1_mapping *m)
{
	struct mock_memory *mem = type1_mapping_host(m);
	struct mock_container *c = host;
	int ret = 0;

	if (!current->mm)
		return -ENODEV;
	INIT_LIST_HEAD(&mem->chunks);
	mem->pinned = 0;
	mem->accounted = 0;
	mem->program = get_program(c);
	if (!mem->program)
		return -ENOMEM;
	if (c->type1.config.model == TYPE1_IOMMU)
		ret = pin_all(mem, m);
	if (ret) {
		unpin_all(mem, m);
		put_program(c, mem->program);
		return ret;
	}
	mock_held_add(c->owner, MOCK_HELD_MAPPINGS, 1);
	if (mem->pinned)
		mock_held_add(c->owner, MOCK_HELD_PINNED_PAGES, mem->pinned);
	return 0;
}

void mock_memory_unmap(void *host, struct type1_mapping *m)
{
	struct mock_memory *mem = type1_mapping_host(m);
	struct mock_container *c = host;

	mock_held_add(c->owner, MOCK_HELD_MAPPINGS, -1);
	if (mem->pinned) {
		mock_held_add(c->owner, MOCK_HELD_PINNED_PAGES, -(long)mem->pinned);
		unpin_all(mem, m);
	}
	put_program(c, mem->program);
}

/* The pinned pages stay what they are; only who pays for them changes. */
int mock_memory_move(void *host, struct type1_mapping *m, u64 vaddr)
{
	struct mock_memory *mem = type1_mapping_host(m);
	struct mock_container *c = host;
	struct mock_program *new;
	int ret;

	if (!current->mm)
		return -ENODEV;
	if (current->mm == mem->program->mm)
		return 0;
	new = get_program(c);
	if (!new)
		return -ENOMEM;
	ret = account(new, mem->accounted);
	if (ret) {
		put_program(c, new);
		return ret;
	}
	unaccount(mem->program, mem->accounted);
	put_program(c, mem->program);
	mem->program = new;
	return 0;
}

/* Pages of model "iommu" were accounted when they were mapped. */
static bool accounts_pins(const struct mock_container *c, struct page *page)
{
	return c->type1.config.model == TYPE1_EMULATED && !page_is_free(page);
}

int mock_memory_pin_page(void *host, struct type1_mapping *m, u64 offset, struct page **page)
{
	const struct mock_memory *mem = type1_mapping_host(m);
	struct mm_struct *mm = mem->program->mm;
	long ret;

	if (!mmget_not_zero(mm))
		return -ENODEV;
	mmap_read_lock(mm);
	ret = pin_user_pages_remote(mm, m->vaddr + offset, 1, gup_flags(m), page, NULL);
	mmap_read_unlock(mm);
	if (ret == 1) {
		ret = accounts_pins(host, *page) ? account(mem->program, 1) : 0;
		if (ret)
			unpin_user_page(*page);
	} else if (!ret) {
		ret = -EFAULT;
	}
	mmput_async(mm);
	return ret;
}

void mock_memory_unpin_page(void *host, struct type1_mapping *m, struct page *page)
{
	const struct mock_memory *mem = type1_mapping_host(m);
	bool accounted = accounts_pins(host, page);

	unpin_user_pages_dirty_lock(&page, 1, m->prot & VFIO_DMA_MAP_FLAG_WRITE);
	if (accounted)
		unaccount(mem->program, 1);
}

int mock_memory_copy(struct type1_mapping *m, u64 offset, void *data, size_t size, bool write)
{
	const struct mock_memory *mem = type1_mapping_host(m);
	void __user *addr = (void __user *)(unsigned long)(m->vaddr + offset);
	struct mm_struct *mm = mem->program->mm;
	bool borrow = !current->mm;
	unsigned long left = size;

	if (!mmget_not_zero(mm))
		return -EPERM;
	if (borrow)
		kthread_use_mm(mm);
	if (current->mm == mm)
		left = write ? copy_to_user(addr, data, size) : copy_from_user(data, addr, size);
	if (borrow)
		kthread_unuse_mm(mm);
	mmput_async(mm);
	return left ? -EFAULT : 0;
}
