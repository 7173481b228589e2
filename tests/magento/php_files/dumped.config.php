<?php
return [
    'modules' => [
        'Magento_Store' => 1,
        'Magento_Config' => 1,
        'Magento_AdminAnalytics' => 1,
        'Magento_Directory' => 1,
        'Magento_AdminNotification' => 1,
    ],
    'scopes' => [
        'websites' => [
            'admin' => [
                'website_id' => '0',
                'code' => 'admin',
                'name' => 'Admin',
                'sort_order' => '0',
                'default_group_id' => '0',
                'is_default' => '0',
            ],
            'base' => [
                'website_id' => '1',
                'code' => 'base',
                'name' => 'Main Website',
                'sort_order' => '0',
                'default_group_id' => '1',
                'is_default' => '1',
            ],
            'outlet' => [
                'website_id' => '2',
                'code' => 'outlet',
                'name' => 'Outlet Website',
                'sort_order' => '10',
                'default_group_id' => '2',
                'is_default' => '0',
            ],
        ],
        'groups' => [
            0 => [
                'group_id' => '0',
                'website_id' => '0',
                'name' => 'Default',
                'root_category_id' => '0',
                'default_store_id' => '0',
                'code' => 'default',
            ],
            1 => [
                'group_id' => '1',
                'website_id' => '1',
                'name' => 'Main Website Store',
                'root_category_id' => '2',
                'default_store_id' => '1',
                'code' => 'main_website_store',
            ],
            2 => [
                'group_id' => '2',
                'website_id' => '2',
                'name' => 'Outlet Store',
                'root_category_id' => '2',
                'default_store_id' => '2',
                'code' => 'outlet_store',
            ],
        ],
        'stores' => [
            'admin' => [
                'store_id' => '0',
                'code' => 'admin',
                'website_id' => '0',
                'group_id' => '0',
                'name' => 'Admin',
                'sort_order' => '0',
                'is_active' => '1',
            ],
            'default' => [
                'store_id' => '1',
                'code' => 'default',
                'website_id' => '1',
                'group_id' => '1',
                'name' => 'Default Store View',
                'sort_order' => '0',
                'is_active' => '1',
            ],
            'outlet_en' => [
                'store_id' => '2',
                'code' => 'outlet_en',
                'website_id' => '2',
                'group_id' => '2',
                'name' => 'Outlet English',
                'sort_order' => '5',
                'is_active' => '1',
            ],
            'fr' => [
                'store_id' => '3',
                'code' => 'fr',
                'website_id' => '1',
                'group_id' => '1',
                'name' => 'French',
                'sort_order' => '5',
                'is_active' => '1',
            ],
        ],
    ],
    'themes' => [
        'frontend/Magento/blank' => [
            'parent_id' => null,
            'theme_path' => 'Magento/blank',
            'theme_title' => 'Magento Blank',
            'is_featured' => '0',
            'area' => 'frontend',
            'type' => '0',
            'code' => 'Magento/blank',
        ],
        'adminhtml/Magento/backend' => [
            'parent_id' => null,
            'theme_path' => 'Magento/backend',
            'theme_title' => 'Magento 2 backend',
            'is_featured' => '0',
            'area' => 'adminhtml',
            'type' => '0',
            'code' => 'Magento/backend',
        ],
        'frontend/Magento/luma' => [
            'parent_id' => 'Magento/blank',
            'theme_path' => 'Magento/luma',
            'theme_title' => 'Magento Luma',
            'is_featured' => '0',
            'area' => 'frontend',
            'type' => '0',
            'code' => 'Magento/luma',
        ],
    ],
    /**
     * For the section: system
     * Shared configuration was written to config.php and system-specific configuration to env.php.
     * Shared configuration file (config.php) doesn't contain sensitive data for security reasons.
     * Sensitive data can be stored in the following environment variables:
     * CONFIG__DEFAULT__PAYMENT__PAYFLOWPRO__PARTNER for payment/payflowpro/partner
     * CONFIG__DEFAULT__PAYMENT__PAYFLOWPRO__USER for payment/payflowpro/user
     * CONFIG__DEFAULT__PAYMENT__PAYFLOWPRO__PWD for payment/payflowpro/pwd
     * CONFIG__DEFAULT__PAYMENT__PAYFLOWPRO__PROXY_HOST for payment/payflowpro/proxy_host
     * CONFIG__DEFAULT__PAYMENT__PAYFLOW_LINK__PWD for payment/payflow_link/pwd
     * CONFIG__DEFAULT__PAYMENT__PAYFLOW_LINK__PROXY_HOST for payment/payflow_link/proxy_host
     * CONFIG__DEFAULT__PAYMENT__PAYPAL_EXPRESS_BML__PUBLISHER_ID for payment/paypal_express_bml/publisher_id
     */
    'system' => [
        'default' => [
            'web_api' => [
                'graphql' => [
                    'include_dynamic_attributes_as_entity_type_fields' => '1',
                ],
            ],
            'payment' => [
                'payflowpro' => [
                    'vendor' => null,
                    'buyer_country' => null,
                    'use_proxy' => null,
                    'active' => null,
                    'title' => 'Credit Card (Payflow Pro)',
                    'sort_order' => null,
                    'payment_action' => 'Authorization',
                    'cctypes' => 'AE,VI',
                    'allowspecific' => null,
                    'specificcountry' => null,
                    'verify_peer' => '1',
                    'useccv' => '1',
                    'fmf' => '0',
                    'avs_street' => '0',
                    'avs_zip' => '0',
                    'avs_international' => '0',
                    'avs_security_code' => '1',
                    'model' => 'Magento\\Paypal\\Model\\Payflow\\Transparent',
                    'tender' => 'C',
                    'verbosity' => 'HIGH',
                    'group' => 'paypal',
                    'date_delim' => null,
                    'ccfields' => 'csc,expdate,acct',
                    'place_order_url' => 'paypal/transparent/requestSecureToken',
                    'cgi_url_test_mode' => 'https://pilot-payflowlink.paypal.com',
                    'cgi_url' => 'https://payflowlink.paypal.com',
                    'transaction_url_test_mode' => 'https://pilot-payflowpro.paypal.com',
                    'transaction_url' => 'https://payflowpro.paypal.com',
                    'cc_year_length' => '2',
                    'can_authorize_vault' => '1',
                    'can_capture_vault' => '1',
                    'avs_ems_adapter' => 'Magento\\Paypal\\Model\\Payflow\\AvsEmsCodeMapper',
                    'cvv_ems_adapter' => 'Magento\\Paypal\\Model\\Payflow\\CvvEmsCodeMapper',
                ],
            ],
        ],
        'stores' => [
            'admin' => [
                'design' => [
                    'package' => [
                        'name' => 'default',
                    ],
                    'theme' => [
                        'default' => 'default',
                    ],
                ],
            ],
        ],
        'websites' => [
            'admin' => [
                'web' => [
                    'routers' => [
                        'frontend' => [
                            'disabled' => 'true',
                        ],
                    ],
                    'default' => [
                        'no_route' => 'admin/noroute/index',
                    ],
                ],
            ],
        ],
    ],
    'i18n' => [

    ],
];
