/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the iommufd suite of the stable 6.12 series uses and its kernel does not
 * define: a fix of the tests was taken over from a newer kernel (6.17 gave
 * GET_HW_INFO an input type, 6.15 the mock devices PASIDs), the features were
 * not. Defined to mean "the feature is not there": type 0 is the only type, and
 * a mock device with PASIDs is one without.
 *
 * ci/upstream/Makefile leaves this out as soon as the headers have them.
 */
#define IOMMU_HW_INFO_TYPE_DEFAULT 0
#define IOMMU_HW_INFO_FLAG_INPUT_TYPE 1
#define in_data_type out_data_type
#define MOCK_FLAGS_DEVICE_PASID 0
#define MOCK_PASID_WIDTH 0
