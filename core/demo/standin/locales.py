"""The locales that Magento knows."""

from typing import Final

_NAMES = """
    af_ZA sq_AL ar_DZ ar_EG ar_KW ar_MA ar_SA az_Latn_AZ eu_ES be_BY bn_BD bs_Latn_BA bg_BG ca_ES zh_Hans_CN
    zh_Hant_HK zh_Hant_TW hr_HR cs_CZ da_DK nl_BE nl_NL en_AU en_CA en_IE en_NZ en_GB en_US et_EE fil_PH fi_FI
    fr_BE fr_CA fr_FR fr_LU fr_CH gl_ES ka_GE de_AT de_DE de_LU de_CH el_GR gu_IN he_IL hi_IN hu_HU is_IS id_ID
    it_IT it_CH ja_JP km_KH ko_KR lo_LA lv_LV lt_LT mk_MK ms_Latn_MY mn_Cyrl_MN nb_NO nn_NO fa_IR pl_PL pt_BR
    pt_PT ro_RO ru_RU sr_Cyrl_RS sk_SK sl_SI es_AR es_BO es_CL es_CO es_CR es_MX es_PA es_PE es_ES es_US es_VE
    sw_KE sv_SE sv_FI th_TH tr_TR uk_UA vi_VN cy_GB"""
LOCALES: Final = tuple(_NAMES.split())
