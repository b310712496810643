/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One load or store of a mapped region, for those who have its address: inline,
 * unchecked, one instruction where the host is little endian, as regions are, and has
 * accesses of that size.
 *
 * uvfio_region_ptr() gives the address and checks what may be reached from there, once.
 * What it gave stays mapped until uvfio_region_finalize(), also while
 * uvfio_region_mmaps_set_enabled() has switched direct access off: an access by address
 * is not trapped then. A program that relies on trapping asks for the address again, or
 * uses uvfio_region_load() and _store(), which look at each access. A touch of
 * a page that the device has taken away and does not give back, as while memory is
 * disabled in the command register, raises SIGBUS.
 *
 * Any number of threads may use these. They are volatile: the compiler keeps them in
 * order among themselves. They are no barriers: a doorbell that follows a write to memory
 * needs one of the program's.
 */
#ifndef UVFIO_MMIO_H
#define UVFIO_MMIO_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * uvfio_mmio_read8() - load a byte
 * @addr: inside what uvfio_region_ptr() gave
 *
 * Return: the value. No call of this header can fail.
 */
inline uint8_t uvfio_mmio_read8(const volatile void *addr);

/**
 * uvfio_mmio_read16() - load 2 bytes
 * @addr: as for uvfio_mmio_read8(), a multiple of 2
 *
 * Return: the value in host order.
 */
inline uint16_t uvfio_mmio_read16(const volatile void *addr);

/**
 * uvfio_mmio_read32() - load 4 bytes
 * @addr: as for uvfio_mmio_read8(), a multiple of 4
 *
 * Return: the value in host order.
 */
inline uint32_t uvfio_mmio_read32(const volatile void *addr);

/**
 * uvfio_mmio_read64() - load 8 bytes
 * @addr: as for uvfio_mmio_read8(), a multiple of 8
 *
 * A host of 32 bits makes two loads of it, in either order.
 *
 * Return: the value in host order.
 */
inline uint64_t uvfio_mmio_read64(const volatile void *addr);

/**
 * uvfio_mmio_write8() - store a byte
 * @addr: as for uvfio_mmio_read8()
 * @value: the value
 */
inline void uvfio_mmio_write8(volatile void *addr, uint8_t value);

/**
 * uvfio_mmio_write16() - store 2 bytes
 * @addr: as for uvfio_mmio_read16()
 * @value: the value in host order
 */
inline void uvfio_mmio_write16(volatile void *addr, uint16_t value);

/**
 * uvfio_mmio_write32() - store 4 bytes
 * @addr: as for uvfio_mmio_read32()
 * @value: the value in host order
 */
inline void uvfio_mmio_write32(volatile void *addr, uint32_t value);

/**
 * uvfio_mmio_write64() - store 8 bytes
 * @addr: as for uvfio_mmio_read64()
 * @value: the value in host order
 *
 * A host of 32 bits makes two stores of it, in either order.
 */
inline void uvfio_mmio_write64(volatile void *addr, uint64_t value);

/* From and to little endian. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define UVFIO_LE(bits, value)	__builtin_bswap##bits(value)
#else
#define UVFIO_LE(bits, value)	((uint##bits##_t)(value))
#endif

inline uint8_t uvfio_mmio_read8(const volatile void *addr)
{
	return *(const volatile uint8_t *)addr;
}

inline uint16_t uvfio_mmio_read16(const volatile void *addr)
{
	return UVFIO_LE(16, *(const volatile uint16_t *)addr);
}

inline uint32_t uvfio_mmio_read32(const volatile void *addr)
{
	return UVFIO_LE(32, *(const volatile uint32_t *)addr);
}

inline uint64_t uvfio_mmio_read64(const volatile void *addr)
{
	return UVFIO_LE(64, *(const volatile uint64_t *)addr);
}

inline void uvfio_mmio_write8(volatile void *addr, uint8_t value)
{
	*(volatile uint8_t *)addr = value;
}

inline void uvfio_mmio_write16(volatile void *addr, uint16_t value)
{
	*(volatile uint16_t *)addr = UVFIO_LE(16, value);
}

inline void uvfio_mmio_write32(volatile void *addr, uint32_t value)
{
	*(volatile uint32_t *)addr = UVFIO_LE(32, value);
}

inline void uvfio_mmio_write64(volatile void *addr, uint64_t value)
{
	*(volatile uint64_t *)addr = UVFIO_LE(64, value);
}

#undef UVFIO_LE

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_MMIO_H */
