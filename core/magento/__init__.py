"""What Magento's commands and files mean. Pure: no SSH, nothing is run."""
