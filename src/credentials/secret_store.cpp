// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials/secret_store.h"
