# SPDX-License-Identifier: LGPL-2.1-or-later
"""libuvfio for Python: groups, containers, devices, regions, interrupts, DMA.

    with uvfio.Context() as ctx, ctx.group(26) as group:
        with group.device("0000:00:04.0") as device, device.region(0) as bar0:
            print(hex(bar0.read(0, 4)))

Calls that fail raise uvfio.Error. Whatever has no method here can be called
through `uvfio.lib`, which knows the prototype of each function of the library,
with the handles that objects keep in `.handle`. UVFIO_LIBRARY names another
library to load than the one that the system finds.
"""

import ctypes
import os

from . import _abi

ACTION_MASK, ACTION_UNMASK, ACTION_TRIGGER = 1 << 3, 1 << 4, 1 << 5  # <linux/vfio.h>


def _load():
    library = ctypes.CDLL(os.environ.get("UVFIO_LIBRARY", "libuvfio.so.0"))
    for name, (result, arguments) in _abi.PROTOTYPES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


lib = _load()


class Error(OSError):
    """A call that failed; errno, and what struct uvfio_error says beyond it."""

    def __init__(self, error):
        super().__init__(-error.code, error.message.decode(errors="replace"))
        self.operation = error.operation.decode()
        self.ioctl = error.ioctl.decode() if error.ioctl else None
        self.iova, self.length = error.iova, error.length
        self.path = error.path.decode(errors="replace")
        self.hint = error.hint.decode(errors="replace")


def _call(function, *args):
    """Call a function whose last argument is a struct uvfio_error."""
    error = _abi.uvfio_error()
    result = function(*args, ctypes.byref(error))
    if result < 0:
        raise Error(error)
    return result


def _make(function, *args):
    """The same for a function that gives a handle in the argument before."""
    handle = ctypes.c_void_p()
    _call(function, *args, ctypes.byref(handle))
    return handle


class _Object:
    """Something to be closed, at the latest by the end of a `with`."""

    handle = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Let go of it; closing twice is harmless."""
        handle, self.handle = self.handle, None
        if handle:
            self._close(handle)


class Context(_Object):
    """The root of everything; `options` is a uvfio._abi.uvfio_options."""

    def __init__(self, options=None):
        self._kept = [options]
        self._containers = {}
        reference = ctypes.byref(options) if options else None
        self.handle = _make(lib.uvfio_new, reference)

    def _close(self, handle):
        result = lib.uvfio_free(handle)
        if result:
            self.handle = handle
            raise OSError(-result, "a group, address space or memory object is still held")

    def set_trace(self, function):
        """function(event, arguments), two strings, is called for each trace event."""
        hook = _abi.uvfio_trace_fn(
            lambda _, event, text: function(event.decode(), text.decode(errors="replace")))
        self._kept.append(hook)
        lib.uvfio_set_trace(self.handle, hook, None)

    def set_log(self, function, level=_abi.UVFIO_LOG_INFO):
        """function(level, message) is called for each log line of that importance."""
        hook = _abi.uvfio_log_fn(
            lambda _, level, text: function(level, text.decode(errors="replace")))
        self._kept.append(hook)
        lib.uvfio_set_log(self.handle, level, hook, None)

    def group(self, number):
        """Open /dev/vfio/NUMBER and attach it to the one address space there is."""
        space = _make(lib.uvfio_get_address_space, self.handle, None)
        try:
            return Group(_make(lib.uvfio_get_group, space, number), self)
        finally:
            lib.uvfio_put_address_space(space)

    def _container(self, group):
        """The one object for a group's container, with one more user."""
        handle = lib.uvfio_group_container(group)
        container = self._containers.setdefault(handle, Container(handle))
        container.users += 1
        return container

    def _put_container(self, container):
        """Without groups and devices it is closed, and another one may get its address."""
        container.users -= 1
        if not container.users:
            del self._containers[container.handle]
            container.buffers.clear()

    def group_of_device(self, path):
        """The number of the group that a device's directory in sysfs belongs to."""
        return _call(lib.uvfio_group_of_device, self.handle, os.fsencode(path))


class Group(_Object):
    """An open group, in a container."""

    def __init__(self, handle, ctx):
        self.handle = handle
        self._ctx = ctx
        self.container = ctx._container(handle)

    def _close(self, handle):
        try:
            _call(lib.uvfio_put_group, handle)
        finally:
            self._ctx._put_container(self.container)

    def device(self, name):
        """Open a device by its PCI address, mdev UUID ..."""
        handle = _make(lib.uvfio_get_device, self.handle, name.encode(), None)
        return Device(handle, self._ctx)


class Container:
    """The IOMMU context of a group; it lives as long as its groups and their devices."""

    def __init__(self, handle):
        self.handle = handle
        self.users = 0
        self.buffers = {}  # by first address: (last address, what keeps the memory)

    @property
    def iommu_type(self):
        return lib.uvfio_container_iommu_type(self.handle)

    @property
    def pgsizes(self):
        return lib.uvfio_container_pgsizes(self.handle)

    @property
    def iova_ranges(self):
        """[(first, last)], both inclusive."""
        count = ctypes.c_size_t()
        ranges = lib.uvfio_container_iova_ranges(self.handle, ctypes.byref(count))
        return [(ranges[i].first, ranges[i].last) for i in range(count.value)]

    def dma_map(self, iova, size, memory, readonly=False):
        """Map memory: an address, or an object with a writable buffer such as an mmap.

        The object stays, and cannot be closed or resized, until it is unmapped or the
        container goes. Behind an address the memory is the caller's to keep.
        """
        address, buffer = memory, None
        if not isinstance(memory, int):
            buffer = (ctypes.c_char * size).from_buffer(memory)
            address = ctypes.addressof(buffer)
        _call(lib.uvfio_dma_map, self.handle, iova, size, address, readonly)
        self._forget(iova, size)  # of a kernel that replaces what is mapped
        if buffer is not None:
            self.buffers[iova] = (iova + size - 1, buffer)

    def dma_unmap(self, iova, size):
        """Unmap exactly what was mapped, and let go of its memory."""
        _call(lib.uvfio_dma_unmap, self.handle, iova, size)
        self._forget(iova, size)

    def _forget(self, iova, size):
        for first, (last, _) in list(self.buffers.items()):
            if iova <= first and last < iova + size:
                del self.buffers[first]


class Device(_Object):
    """An open device."""

    def __init__(self, handle, ctx):
        self.handle = handle
        self._ctx = ctx
        self._container = ctx._container(lib.uvfio_device_group(handle))

    def _close(self, handle):
        try:
            _call(lib.uvfio_put_base_device, handle)
        finally:
            self._ctx._put_container(self._container)

    @property
    def name(self):
        return lib.uvfio_device_name(self.handle).decode()

    @property
    def num_regions(self):
        return lib.uvfio_device_num_regions(self.handle)

    @property
    def num_irqs(self):
        return lib.uvfio_device_num_irqs(self.handle)

    def reset(self):
        _call(lib.uvfio_device_reset, self.handle)

    def region(self, index):
        return Region(_make(lib.uvfio_region_setup, self.handle, index, None))

    def set_irq_signaling(self, index, subindex, fd, action=ACTION_TRIGGER):
        """Connect an interrupt to an eventfd; fd -1 cuts the connection."""
        _call(lib.uvfio_set_irq_signaling, self.handle, index, subindex, action, fd)

    def disable_irqindex(self, index):
        _call(lib.uvfio_disable_irqindex, self.handle, index)


class Region(_Object):
    """A region of a device; trapped accesses of 1, 2, 4 or 8 bytes."""

    def __init__(self, handle):
        self.handle = handle

    def _close(self, handle):
        lib.uvfio_region_finalize(handle)

    @property
    def size(self):
        return lib.uvfio_region_size(self.handle)

    @property
    def flags(self):
        return lib.uvfio_region_flags(self.handle)

    def read(self, addr, size):
        value = ctypes.c_uint64()
        _call(lib.uvfio_region_read, self.handle, addr, size, ctypes.byref(value))
        return value.value

    def write(self, addr, size, value):
        _call(lib.uvfio_region_write, self.handle, addr, size, value)
