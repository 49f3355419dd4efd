# SPDX-License-Identifier: GPL-3.0-or-later
# The names of the product, once. Everything that shows or installs a name reads it here.
set(APEX_BRAND_NAME "Apex Desktop")
set(APEX_BRAND_ID "ai.netrasystems.ApexDesktop")
set(APEX_BRAND_VENDOR "Apex Desktop developers")
set(APEX_BRAND_SUMMARY "Chat with teams of AI agents and watch how they work")
set(APEX_BRAND_DESCRIPTION
    "A desktop client for the Netra Apex platform: agents analyse what an organisation spends on AI and say how to spend less. Every run is shown as a live timeline beside the transcript and judged honestly. An embedded backend works on your own usage files without any account.")
set(APEX_BRAND_CONTACT "maintainers@apex-desktop.invalid")
