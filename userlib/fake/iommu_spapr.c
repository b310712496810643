// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sPAPR TCE, around its model. Memory is the program's own and stays where it
 * is: pinning only asks whether there is an address.
 */
#include "iommu.h"

/* There is one program. */
static const void *program(void *host)
{
	return host;
}

static int charge(void *host, u64 bytes)
{
	return fake_charge(host, bytes);
}

static void uncharge(void *host, u64 bytes)
{
	struct fake *fake = host;

	fake->locked -= bytes;
}

static int hold(void *host, struct spapr_memory *mem)
{
	struct fake *fake = host;

	if (port_addr_bad(mem->vaddr, mem->size))
		return -EFAULT;
	mem->page_shift = fake->page_shift;
	return 0;
}

static void release_memory(void *host, struct spapr_memory *mem)
{
	(void)host;
	(void)mem;
}

static int pin_page(void *host, u64 vaddr, struct page **page)
{
	(void)host;
	*page = (struct page *)(uintptr_t)vaddr;
	return port_addr_bad(vaddr, PORT_PAGE_SIZE) ? -EFAULT : 0;
}

static void unpin_page(void *host, struct page *page)
{
	(void)host;
	(void)page;
}

static const struct spapr_host_ops host_ops = {
	.program = program,
	.charge = charge,
	.uncharge = uncharge,
	.hold = hold,
	.release = release_memory,
	.pin_page = pin_page,
	.unpin_page = unpin_page,
};

static int has(const struct fake *fake, const struct fake_container *container,
	       unsigned long extension)
{
	(void)container;
	return spapr_check_extension(&fake->spapr, extension);
}

static int open_spapr(struct fake *fake, struct fake_container *container,
		      unsigned long type)
{
	return spapr_init(&container->spapr, &fake->spapr, type, &host_ops, fake);
}

static int attach(struct fake_container *container, struct fake_group *group)
{
	return spapr_attach(&container->spapr, &group->spapr);
}

static void detach(struct fake_container *container, struct fake_group *group)
{
	spapr_detach(&container->spapr, &group->spapr);
}

static int ioctl_spapr(struct fake *fake, struct fake_container *container,
		       unsigned long request, void *arg)
{
	struct spapr_request r;
	int ret = spapr_request_read(&container->spapr, &r, request, (uintptr_t)arg);

	(void)fake;
	if (!ret)
		ret = spapr_request_run(&container->spapr, &r);
	return spapr_request_end(&r, ret);
}

static void release(struct fake_container *container)
{
	spapr_release(&container->spapr);
}

const struct fake_iommu fake_iommu_spapr = {
	.has = has,
	.open = open_spapr,
	.attach = attach,
	.detach = detach,
	.ioctl = ioctl_spapr,
	.release = release,
};
