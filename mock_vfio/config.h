/* SPDX-License-Identifier: GPL-2.0-only */
/* The configfs tree, as the rest of the module sees it. */
#ifndef MOCK_VFIO_CONFIG_H
#define MOCK_VFIO_CONFIG_H

struct config_item;

int mock_config_init(void);
void mock_config_exit(void);

/*
 * Keeps a profile's directory from being removed; -errno when it is going. Only
 * while the profile is live.
 */
int mock_config_pin(struct config_item *item);
void mock_config_unpin(struct config_item *item);

#endif /* MOCK_VFIO_CONFIG_H */
